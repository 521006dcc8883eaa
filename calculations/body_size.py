"""Body size: mass index, surface by five published formulas, ideal, adjusted and lean body weight.

Weights are body weights in kg, g or lb; heights in cm, m or in. Windows: weight 0.3 to 300 kg, height 25 to 230 cm.
The surface formulas differ by several percent in small children: the name of the formula belongs to the figure.
"""

from calculations.arithmetic import log10, power
from calculations.choosing import by_sex
from calculations.formula import Number, between, formula
from calculations.quantity import Quantity

_WEIGHT = between("0.3", 300)
_HEIGHT = between(25, 230)
_SIZE = {"height": "cm", "weight": "kg_bw"}
_WINDOW = {"height": _HEIGHT, "weight": _WEIGHT}
_TALL = between(60, "11500/127")  # up to 230 cm
_DEVINE = "Devine, Drug Intell Clin Pharm 1974;8:650"
_JANMAHASATIAN = "Janmahasatian et al., Clin Pharmacokinet 2005;44:1051"


@formula(
    id="body.bmi", version=1, statement="BMI = weight ÷ height²", source="Definition (WHO)",
    inputs={"weight": "kg_bw", "height": "m"}, valid={"weight": _WEIGHT, "height": between("0.25", "2.3")}, gives="BMI",
)  # fmt: skip
def _bmi(weight: Number, height: Number) -> Number:
    return weight / (height * height)


@formula(
    id="body.surface_mosteller", version=1, statement="BSA = √(height in cm × weight in kg ÷ 3600)",
    source="Mosteller, N Engl J Med 1987;317:1098", inputs=_SIZE, valid=_WINDOW, empirical=True,
    constants={"divisor": "3600", "root": "1/2"}, gives="m2",
)  # fmt: skip
def _mosteller(height: Number, weight: Number, divisor: Number, root: Number) -> Number:
    return power(height * weight / divisor, root)


@formula(
    id="body.surface_dubois", version=1, statement="BSA = 0.007184 × height^0.725 × weight^0.425 (cm, kg)",
    source="Du Bois and Du Bois, Arch Intern Med 1916;17:863. Poor in infants", inputs=_SIZE, valid=_WINDOW,
    empirical=True, constants={"factor": "0.007184", "of_height": "0.725", "of_weight": "0.425"}, gives="m2",
)  # fmt: skip
def _dubois(height: Number, weight: Number, factor: Number, of_height: Number, of_weight: Number) -> Number:
    return factor * power(height, of_height) * power(weight, of_weight)


@formula(
    id="body.surface_haycock", version=1, statement="BSA = 0.024265 × height^0.3964 × weight^0.5378 (cm, kg)",
    source="Haycock et al., J Pediatr 1978;93:62", inputs=_SIZE, valid=_WINDOW,
    empirical=True, constants={"factor": "0.024265", "of_height": "0.3964", "of_weight": "0.5378"}, gives="m2",
)  # fmt: skip
def _haycock(height: Number, weight: Number, factor: Number, of_height: Number, of_weight: Number) -> Number:
    return factor * power(height, of_height) * power(weight, of_weight)


@formula(
    id="body.surface_gehan_george", version=1, statement="BSA = 0.0235 × height^0.42246 × weight^0.51456 (cm, kg)",
    source="Gehan and George, Cancer Chemother Rep 1970;54:225", inputs=_SIZE, valid=_WINDOW,
    empirical=True, constants={"factor": "0.0235", "of_height": "0.42246", "of_weight": "0.51456"}, gives="m2",
)  # fmt: skip
def _gehan_george(height: Number, weight: Number, factor: Number, of_height: Number, of_weight: Number) -> Number:
    return factor * power(height, of_height) * power(weight, of_weight)


@formula(
    id="body.surface_boyd", version=1,
    statement="BSA = 0.0003207 × height^0.3 × weight^(0.7285 − 0.0188 × log weight) (cm, g)",
    source="Boyd, The Growth of the Surface Area of the Human Body, 1935", inputs={"height": "cm", "weight": "g_bw"},
    valid={"height": _HEIGHT, "weight": between(300, 300_000)}, empirical=True,
    constants={"factor": "0.0003207", "of_height": "0.3", "of_weight": "0.7285", "of_log": "0.0188"}, gives="m2",
)  # fmt: skip
def _boyd(
    height: Number, weight: Number, factor: Number, of_height: Number, of_weight: Number, of_log: Number
) -> Number:
    return factor * power(height, of_height) * power(weight, of_weight - of_log * log10(weight))


@formula(
    id="body.ideal_weight_male", version=1, statement="ideal weight = 50 kg + 2.3 kg/in × (height − 60 in)",
    source=_DEVINE, inputs={"height": "in"}, valid={"height": _TALL},
    constants={"base": "50 kg_bw", "per_inch": "2.3 kg_bw/in", "from_height": "60 in"}, gives="kg_bw",
)  # fmt: skip
def _ideal_male(height: Number, base: Number, per_inch: Number, from_height: Number) -> Number:
    return base + per_inch * (height - from_height)


@formula(
    id="body.ideal_weight_female", version=1, statement="ideal weight = 45.5 kg + 2.3 kg/in × (height − 60 in)",
    source=_DEVINE, inputs={"height": "in"}, valid={"height": _TALL},
    constants={"base": "45.5 kg_bw", "per_inch": "2.3 kg_bw/in", "from_height": "60 in"}, gives="kg_bw",
)  # fmt: skip
def _ideal_female(height: Number, base: Number, per_inch: Number, from_height: Number) -> Number:
    return base + per_inch * (height - from_height)


@formula(
    id="body.adjusted_weight", version=1, statement="adjusted weight = ideal + share × (actual − ideal)",
    source="Adjusted body weight; share 0.4 for dosing, 0.25 for nutrition",
    inputs={"ideal": "kg_bw", "actual": "kg_bw", "share": "one"},
    valid={"ideal": _WEIGHT, "actual": _WEIGHT, "share": between(0, 1)}, gives="kg_bw",
)  # fmt: skip
def _adjusted(ideal: Number, actual: Number, share: Number) -> Number:
    return ideal + share * (actual - ideal)


@formula(
    id="body.lean_weight_male", version=1, statement="lean weight = 9270 kg × weight ÷ (6680 kg + 216 m² × BMI)",
    source=_JANMAHASATIAN, inputs={"weight": "kg_bw", "bmi": "BMI"}, valid={"weight": _WEIGHT},
    constants={"factor": "9270 kg_bw", "base": "6680 kg_bw", "per_bmi": "216 m*m"}, gives="kg_bw",
)  # fmt: skip
def _lean_male(weight: Number, bmi: Number, factor: Number, base: Number, per_bmi: Number) -> Number:
    return factor * weight / (base + per_bmi * bmi)


@formula(
    id="body.lean_weight_female", version=1, statement="lean weight = 9270 kg × weight ÷ (8780 kg + 244 m² × BMI)",
    source=_JANMAHASATIAN, inputs={"weight": "kg_bw", "bmi": "BMI"}, valid={"weight": _WEIGHT},
    constants={"factor": "9270 kg_bw", "base": "8780 kg_bw", "per_bmi": "244 m*m"}, gives="kg_bw",
)  # fmt: skip
def _lean_female(weight: Number, bmi: Number, factor: Number, base: Number, per_bmi: Number) -> Number:
    return factor * weight / (base + per_bmi * bmi)


def bmi(weight: Quantity, height: Quantity) -> Quantity:
    """Body mass index in kg/m²."""
    return _bmi(weight, height)


def bsa_mosteller(weight: Quantity, height: Quantity) -> Quantity:
    """Body surface (m²) by Mosteller: the default, for children and adults."""
    return _mosteller(height.to("cm"), weight.to("kg_bw"))


def bsa_dubois(weight: Quantity, height: Quantity) -> Quantity:
    """Body surface (m²) by Du Bois: adults."""
    return _dubois(height.to("cm"), weight.to("kg_bw"))


def bsa_haycock(weight: Quantity, height: Quantity) -> Quantity:
    """Body surface (m²) by Haycock: infants to adults."""
    return _haycock(height.to("cm"), weight.to("kg_bw"))


def bsa_gehan_george(weight: Quantity, height: Quantity) -> Quantity:
    """Body surface (m²) by Gehan and George: all ages."""
    return _gehan_george(height.to("cm"), weight.to("kg_bw"))


def bsa_boyd(weight: Quantity, height: Quantity) -> Quantity:
    """Body surface (m²) by Boyd: all ages."""
    return _boyd(height.to("cm"), weight.to("g_bw"))


def ideal_body_weight(sex: str, height: Quantity) -> Quantity:
    """Ideal body weight (kg) by Devine, for adults. Below 60 in (152.4 cm) it is refused (`OutOfRange`)."""
    return by_sex(sex, female=_ideal_female, male=_ideal_male)(height)


def adjusted_body_weight(ideal: Quantity, actual: Quantity, share: Quantity | None = None) -> Quantity:
    """Adjusted body weight (kg): ideal plus a share of the difference to the actual weight, 0.4 unless given."""
    return _adjusted(ideal, actual, share if share is not None else Quantity("0.4", "one"))


def lean_body_weight(sex: str, weight: Quantity, height: Quantity) -> Quantity:
    """Lean body weight (kg) by Janmahasatian, for adults and adolescents; not validated in children."""
    return lean_body_weight_from_bmi(sex, weight, _bmi(weight, height))


def lean_body_weight_from_bmi(sex: str, weight: Quantity, index: Quantity) -> Quantity:
    """Lean body weight (kg) by Janmahasatian from a body mass index (kg/m²) that is already known."""
    return by_sex(sex, female=_lean_female, male=_lean_male)(weight, index)
