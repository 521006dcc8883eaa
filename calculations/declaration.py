"""The inputs of a formula as declared, and the plan by which a call brings each to a bare exact number."""

from dataclasses import dataclass, field
from typing import Any

from gmpy2 import mpq

from calculations.errors import OutOfRange, UnitMismatch
from calculations.number import exact
from calculations.quantity import Quantity
from calculations.units import Dimension, Unit, factor_between, unit
from calculations.validity import Range

AMOUNT_UNITS: tuple[str, ...] = ("mg", "units", "mEq", "mmol", "mOsm", "mg_PE")
"""What the word `amount` in a declared unit may stand for. One call keeps to one of them."""


@dataclass(frozen=True, slots=True)
class Each:
    """A list of one or more inputs of one unit."""

    unit: str


def each(unit_name: str) -> Each:
    """Declare an input that takes a list of quantities."""
    return Each(unit_name)


@dataclass(slots=True)
class Input:
    """One input of a formula, with its unit settled."""

    name: str
    unit: Unit
    many: bool
    range: Range
    fixed_unit: bool
    """Whether only exactly the declared unit is taken (empirical formulas)."""
    carries: bool = field(init=False)
    """Whether the input is an amount of some substance."""
    factors: dict[Unit, mpq] = field(init=False)
    """Units met so far, with what their numbers are multiplied by."""

    def __post_init__(self) -> None:
        self.carries = self.unit.dimension.carries_substance
        self.factors = {self.unit: mpq(1)}

    def factor(self, given: Unit) -> mpq:
        """What a number in `given` is multiplied by; refuses other dimensions."""
        found = self.factors.get(given)
        if found is None:
            if self.fixed_unit or given.dimension is not self.unit.dimension:
                raise UnitMismatch(self.label, f"{_shown(given)} was given, {_shown(self.unit)} is needed.")
            found = self.factors[given] = factor_between(given, self.unit)
        return found

    @property
    def label(self) -> str:
        """The name in words."""
        return self.name.replace("_", " ")

    def number(self, given: Quantity) -> mpq:
        """The exact number in the declared unit, within the valid range; `UnitMismatch` or `OutOfRange` otherwise."""
        if type(given) is not Quantity:
            raise TypeError(f"{self.name} must be a quantity, not {type(given).__name__}")
        measure = given.unit
        number = given.number
        if measure is not self.unit:
            number = number * (self.factors.get(measure) or self.factor(measure))
        valid = self.range  # the same test as `valid.holds(number)`, without a further call
        if (
            (valid.low is not None and number <= valid.low and (valid.low_open or number != valid.low))
            or (valid.high is not None and number > valid.high)
        ):  # fmt: skip
            raise self.refusal(given)
        return number

    def refusal(self, given: object) -> OutOfRange:
        """The refusal of a figure outside the valid range; it says what is valid."""
        return OutOfRange(self.label, f"{given} was given; valid is {self.range.words(self.unit)}.")


@dataclass(frozen=True, slots=True)
class Plan:
    """A formula with all its units settled: for a formula over `amount`, one plan for each kind of amount."""

    inputs: tuple[Input, ...]
    gives: Unit
    constants: tuple[Quantity, ...]
    bare_constants: tuple[mpq, ...] = field(init=False)
    """The constants as numbers in their own declared units."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "bare_constants", tuple(constant.number for constant in self.constants))


def make_plans(
    inputs: dict[str, str | Each],
    gives: str,
    constants: dict[str, str],
    valid: dict[str, Range],
    default: Range,
    *,
    fixed_units: bool,
) -> tuple[tuple[Plan, ...], str | None]:
    """All plans of a declaration, and the name of the input that decides between them (None if there is only one)."""
    chooser = next((name for name, declared in inputs.items() if "amount" in _parts(_text(declared))), None)
    if chooser is None and "amount" in _parts(gives):
        raise ValueError("a formula cannot give an amount that no input brings")

    def plan(kind: str) -> Plan:
        made = tuple(
            Input(
                name, unit(_settle(_text(declared), kind)), isinstance(declared, Each), valid.get(name, default),
                fixed_units,
            )
            for name, declared in inputs.items()
        )  # fmt: skip
        settled = tuple(_constant(_settle(text, kind)) for text in constants.values())
        return Plan(made, unit(_settle(gives, kind)), settled)

    return (tuple(map(plan, AMOUNT_UNITS)) if chooser else (plan("mg"),)), chooser


def by_dimension(plans: tuple[Plan, ...], chooser: str) -> dict[Dimension, Plan]:
    """The plans by the dimension of the deciding input."""
    return {next(i.unit.dimension for i in plan.inputs if i.name == chooser): plan for plan in plans}


def _constant(text: str) -> Quantity:
    number, _, name = text.partition(" ")
    measure = unit(name or "one")
    return Quantity(exact(number), measure, "constant" if measure.needs_substance else None)


def _text(declared: str | Each) -> str:
    return declared.unit if isinstance(declared, Each) else declared


def _parts(text: str) -> list[str]:
    return text.replace("*", "/").replace(" ", "/").split("/")


def _settle(text: str, kind: str) -> str:
    """The unit text with `amount` replaced by one kind of amount."""
    return "".join(kind if part == "amount" else part for part in _split(text))


def _split(text: str) -> list[Any]:
    parts, word = [], ""
    for letter in text:
        if letter in "/* ":
            parts += [word, letter]
            word = ""
        else:
            word += letter
    return [*parts, word]


def _shown(measure: Unit) -> str:
    return measure.shown or "a plain number"
