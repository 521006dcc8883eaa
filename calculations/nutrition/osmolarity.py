"""Osmolarity (mOsm/L) and, apart from it, osmolality (mOsm/kg of water). Neither is ever compared with a limit of the other.

Best is by the products' labels. Where a label tells none there are two ways: by the particles of known composition,
or by rule-of-thumb factors; both are estimates, and the figure carries the name of its formula.
"""

from collections.abc import Sequence

from calculations.arithmetic import total
from calculations.errors import CannotCompute
from calculations.formula import Number, above, any_number, each, formula
from calculations.quantity import Quantity
from calculations.substances import Substance

_LABEL = "The product's label"
_ESTIMATE = "Rule of thumb of nutrition support handbooks; within about 8 % of printed osmolarities"


@formula(
    id="nutrition.osmoles_of_product", version=1, statement="osmoles = volume × mOsm per mL by the label",
    source=_LABEL, inputs={"volume": "mL", "per_ml": "mOsm/mL"}, gives="mOsm", substances="any",
)  # fmt: skip
def _of_product(volume: Number, per_ml: Number) -> Number:
    return volume * per_ml


@formula(
    id="nutrition.osmolarity", version=1, statement="osmolarity = sum of osmoles ÷ final volume",
    source="Definition of osmolarity", inputs={"osmoles": each("mOsm"), "volume": "L"}, valid={"volume": above(0)},
    gives="mOsm/L", substances="any",
)  # fmt: skip
def _osmolarity(osmoles: Number, volume: Number) -> Number:
    return total(osmoles) / volume


@formula(
    id="nutrition.osmoles_of_particles", version=1, statement="osmoles = amount × particles per formula unit",
    source="Complete dissociation, as labels calculate it", inputs={"amount": "mmol", "particles": "mOsm/mmol"},
    valid={"amount": any_number()}, gives="mOsm", substances="any",
)  # fmt: skip
def _of_particles(amount: Number, particles: Number) -> Number:
    return amount * particles


@formula(
    id="nutrition.osmolarity_estimate", version=1,
    statement=(
        "osmolarity = 10 × amino acids + 5 × dextrose + 0.71 × lipid (g/L) "
        "+ 2 × (sodium + potassium) + 1.4 × calcium + magnesium (mEq/L)"
    ),
    source=_ESTIMATE,
    inputs={
        "amino_acids": "g/L", "dextrose": "g/L", "lipid": "g/L", "sodium": "mEq/L", "potassium": "mEq/L",
        "calcium": "mEq/L", "magnesium": "mEq/L",
    },
    constants={
        "per_amino_acids": "10 mOsm/g", "per_dextrose": "5 mOsm/g", "per_lipid": "0.71 mOsm/g",
        "per_alkali": "2 mOsm/mEq", "per_calcium": "1.4 mOsm/mEq", "per_magnesium": "1 mOsm/mEq",
    },
    gives="mOsm/L", substances="any",
)  # fmt: skip
def _estimate(
    amino_acids: Number, dextrose: Number, lipid: Number, sodium: Number, potassium: Number, calcium: Number,
    magnesium: Number, per_amino_acids: Number, per_dextrose: Number, per_lipid: Number, per_alkali: Number,
    per_calcium: Number, per_magnesium: Number,
) -> Number:  # fmt: skip
    nutrients = amino_acids * per_amino_acids + dextrose * per_dextrose + lipid * per_lipid
    return nutrients + (sodium + potassium) * per_alkali + calcium * per_calcium + magnesium * per_magnesium


@formula(
    id="nutrition.osmolarity_estimate_by_electrolytes", version=1,
    statement="osmolarity = 10 × amino acids + 5 × dextrose + 0.71 × lipid (g/L) + electrolytes (mEq/L of all ions)",
    source=_ESTIMATE,
    inputs={"amino_acids": "g/L", "dextrose": "g/L", "lipid": "g/L", "electrolytes": "mEq/L"},
    constants={
        "per_amino_acids": "10 mOsm/g", "per_dextrose": "5 mOsm/g", "per_lipid": "0.71 mOsm/g",
        "per_electrolyte": "1 mOsm/mEq",
    },
    gives="mOsm/L", substances="any",
)  # fmt: skip
def _estimate_by_electrolytes(
    amino_acids: Number, dextrose: Number, lipid: Number, electrolytes: Number,
    per_amino_acids: Number, per_dextrose: Number, per_lipid: Number, per_electrolyte: Number,
) -> Number:  # fmt: skip
    nutrients = amino_acids * per_amino_acids + dextrose * per_dextrose + lipid * per_lipid
    return nutrients + electrolytes * per_electrolyte


@formula(
    id="nutrition.osmolality_neonatal", version=1,
    statement="osmolality = 8 × amino acids + 7 × glucose (g/L) + 2 × sodium (mmol/L) + 0.2 × phosphorus (mg/L) − 50",
    source="Pereira-da-Silva et al., JPEN 2004;28:34. Neonatal 2-in-1 solutions only",
    inputs={"amino_acids": "g/L", "glucose": "g/L", "sodium": "mmol/L", "phosphorus": "mg/L"},
    constants={
        "per_amino_acids": "8", "per_glucose": "7", "per_sodium": "2", "per_phosphorus": "0.2", "offset": "50",
    },
    valid={"amino_acids": above(0), "glucose": above(0)}, gives="mOsm/kg_water", empirical=True, substances="any",
)  # fmt: skip
def _neonatal(
    amino_acids: Number, glucose: Number, sodium: Number, phosphorus: Number, per_amino_acids: Number,
    per_glucose: Number, per_sodium: Number, per_phosphorus: Number, offset: Number,
) -> Number:  # fmt: skip
    salts = per_sodium * sodium + per_phosphorus * phosphorus
    return per_amino_acids * amino_acids + per_glucose * glucose + salts - offset


def osmoles_of_product(volume: Quantity, per_ml: Quantity) -> Quantity:
    """mOsm in a volume of one product, by its label."""
    return _of_product(volume, per_ml)


def osmolarity_by_products(parts: Sequence[tuple[Quantity, Quantity]], volume: Quantity) -> Quantity:
    """mOsm/L of a mixture from (volume, mOsm/mL by label) of every product, sterile water with 0 mOsm/mL, in `volume`.

    A product whose label tells no osmolarity has no place here: estimate its osmoles and mark the figure.
    Raises `CannotCompute` for no product.
    """
    return _osmolarity([_of_product(held, per_ml) for held, per_ml in parts], volume)


def osmolarity(osmoles: Sequence[Quantity], volume: Quantity) -> Quantity:
    """mOsm/L of osmoles (mOsm each) in `volume`. `CannotCompute` for none."""
    return _osmolarity(osmoles, volume)


def osmoles_of(amount: Quantity, salt: Substance) -> Quantity:
    """mOsm of mmol of a salt that dissociates wholly (a substance without ions counts one particle).

    Raises:
        CannotCompute: an acid: what neutralises it decides.
    """
    if "acid" in salt.form:
        raise CannotCompute("no_particles", f"osmoles of {salt.tag}", "an acid is neutralised by something else.")
    return _of_particles(amount, Quantity(sum(one.count for one in salt.ions) or 1, "mOsm/mmol"))


def osmolarity_estimate(
    *, amino_acids: Quantity, dextrose: Quantity, lipid: Quantity, sodium: Quantity, potassium: Quantity,
    calcium: Quantity, magnesium: Quantity,
) -> Quantity:  # fmt: skip
    """mOsm/L by factors, from final g/L and mEq/L: an estimate. Anions are in the factor 2 of sodium and potassium."""
    return _estimate(
        amino_acids=amino_acids, dextrose=dextrose, lipid=lipid, sodium=sodium, potassium=potassium, calcium=calcium,
        magnesium=magnesium,
    )  # fmt: skip


def osmolarity_estimate_by_electrolytes(
    *, amino_acids: Quantity, dextrose: Quantity, lipid: Quantity, electrolytes: Quantity
) -> Quantity:
    """mOsm/L by factors, with the sum of all ions, cations and anions, in mEq/L: an estimate."""
    return _estimate_by_electrolytes(amino_acids=amino_acids, dextrose=dextrose, lipid=lipid, electrolytes=electrolytes)


def osmolality_neonatal(
    *, amino_acids: Quantity, glucose: Quantity, sodium: Quantity, phosphorus: Quantity
) -> Quantity:
    """mOsm/kg of water of a neonatal 2-in-1 solution (no lipid), by the published regression.

    Raises:
        OutOfRange: without amino acids or without glucose: the equation was not made for that.
        CannotCompute: so dilute that the equation gives nothing above zero.
    """
    found = _neonatal(amino_acids.to("g/L"), glucose.to("g/L"), sodium.to("mmol/L"), phosphorus.to("mg/L"))
    if found.number <= 0:
        raise CannotCompute(
            "outside_equation", "the osmolality", "the solution is too dilute for the equation.", "Measure it."
        )
    return found
