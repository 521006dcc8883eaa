"""The order of mixing: what goes in when, pumped or by hand, with a rinse wherever neighbours must not meet.

What the compounder pumps comes first, then what is added by hand, each in the site's order; last, near use, what keeps
only for hours of its own (vitamins). Rinses are taken from the water of the bag, so that the volume stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calculations.errors import CannotCompute, Fault, Faults
from calculations.findings import Finding, Grade
from calculations.nutrition.bag import Bag, Line
from calculations.nutrition.product import CATIONS, Role, SourceProduct
from calculations.nutrition.volumes import sum_of_volumes, water_to_fill
from calculations.printing import show
from calculations.quantity import Quantity
from calculations.syringes import CannotMeasure, Measured, SyringeRules, SyringeSize, measure

_NONE = Quantity(0, "mL")
CLASSES: tuple[str, ...] = (
    "amino_acids", "dextrose", "water", "phosphate", "sodium", "potassium", "ammonium", "magnesium", "calcium",
    "trace_elements", "vitamins", "lipid", "drug", "cysteine", "ready_bag", "salt",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MixingOrder:
    """The site's order of mixing, as released data. Raises `Faults` for a class it does not know."""

    order: tuple[str, ...]
    """Classes, first to last; every class that a bag uses must stand here."""
    apart: frozenset[frozenset[str]]
    """Pairs of classes that must not meet in the tubing."""
    by_compounder: frozenset[str]
    """Classes that stand on the compounder."""
    pump_from: Quantity
    """mL; less than this is added by hand."""
    rinse: Quantity
    """mL of water for one rinse."""
    near_use: Mapping[str, Quantity]
    """Classes added shortly before use, with the hours that the bag keeps from then."""
    source: str

    def __post_init__(self) -> None:
        named = {*self.order, *self.by_compounder, *self.near_use, *(name for pair in self.apart for name in pair)}
        faults = [Fault("mixing order", name, f"one of: {', '.join(CLASSES)}") for name in sorted(named - set(CLASSES))]
        if faults:
            raise Faults(faults)


@dataclass(frozen=True, slots=True)
class MixStep:
    """One step at the hood."""

    number: int
    kind: str
    """`add`; `rinse` of the pump's tubing with water; `mix` (invert the bag) between additions by hand."""
    product: SourceProduct | None
    volume: Quantity
    """mL as drawn; 0 mL to mix."""
    after: Quantity
    """mL in the bag once the step is done."""
    by: str
    """`compounder` or `hand`."""
    measured: Measured | None = None
    """Syringes and lines, by hand."""
    near_use: Quantity | None = None
    """Hours that the bag keeps from this step on; None: no limit of its own."""
    refused: CannotMeasure | None = None
    """Why no syringe measures the volume."""

    @property
    def words(self) -> str:
        """The step as one sentence."""
        if self.kind == "rinse":
            return f"Rinse the tubing with {show(self.volume)} of water into the bag."
        if self.kind == "mix" or self.product is None:
            return "Mix: invert the bag until it is even, and look at it."
        return f"Add {show(self.volume)} of {self.product.display}, {_BY_WORDS[self.by]}."


_BY_WORDS = {"compounder": "pumped by the compounder", "hand": "by hand"}


def mixing_class(product: SourceProduct) -> str:
    """The class of a product in the order of mixing: its role; of a salt phosphate before its cation."""
    if product.role is not Role.SALT:
        return product.role.value
    if "phosphate" in product.ions:
        return "phosphate"
    return next((cation for cation in ("calcium", "magnesium", *CATIONS) if cation in product.ions), "salt")


def mixing_steps(
    bag: Bag, mixing: MixingOrder, sizes: Sequence[SyringeSize], rules: SyringeRules
) -> tuple[MixStep, ...]:
    """The steps of making the bag, in their real sequence, by the drawn volumes.

    Raises `CannotCompute` for a class that the order of mixing lacks, or when the water does not last for the rinses.
    """
    lines = _in_sequence(bag, mixing)
    turns = _with_breaks(lines, mixing)
    rinses = [turn for turn in turns if turn == "rinse"]
    water = _water_left(bag, mixing, len(rinses)) if rinses else None
    steps: list[MixStep] = []
    inside = _NONE
    for turn in turns:
        if isinstance(turn, str):
            volume = mixing.rinse if turn == "rinse" else _NONE
            inside = inside + volume
            by = "compounder" if turn == "rinse" else "hand"
            steps.append(MixStep(len(steps) + 1, turn, None, volume, inside, by))
            continue
        volume = water if turn.product.role is Role.WATER and water is not None else turn.drawn
        if not volume.number:  # the rinses take all of the water
            continue
        inside = inside + volume
        steps.append(_add(len(steps) + 1, turn, volume, inside, mixing, sizes, rules))
    return tuple(steps)


def check_measuring(steps: Sequence[MixStep]) -> list[Finding]:
    """A hard finding for each volume that no syringe of the house measures."""
    return [
        Finding(f"cannot_measure_{step.product.id}", Grade.HARD, f"{step.product.display}: {step.refused}", figure=step.volume,
                mend=step.refused.next_step)
        for step in steps
        if step.refused is not None and step.product is not None
    ]  # fmt: skip


def _in_sequence(bag: Bag, mixing: MixingOrder) -> list[Line]:
    classes = {line.product.id: mixing_class(line.product) for line in bag.lines}
    if unknown := sorted(set(classes.values()) - set(mixing.order)):
        why = f"the order of mixing does not say where {', '.join(unknown)} goes."
        raise CannotCompute("no_mixing_order", "the order of mixing", why, "Complete it in the site profile.")

    def place(line: Line) -> tuple[bool, bool, int, str]:
        name = classes[line.product.id]
        return name in mixing.near_use, not _pumped(line, mixing), mixing.order.index(name), line.product.id

    return sorted(bag.lines, key=place)


def _pumped(line: Line, mixing: MixingOrder) -> bool:
    name = mixing_class(line.product)
    return name in mixing.by_compounder and name not in mixing.near_use and line.drawn >= mixing.pump_from


def _with_breaks(lines: Sequence[Line], mixing: MixingOrder) -> list[Line | str]:
    """The lines with a rinse or a mixing between neighbours that must not meet."""
    turns: list[Line | str] = []
    tubing: list[Line] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if _pumped(line, mixing):
            if _still_in_the_tubing(line, tubing, mixing):
                turns.append("rinse")
                tubing = []
            tubing.append(line)
        elif before is not None and _apart(before, line, mixing):
            turns.append("mix")
        turns.append(line)
    return turns


def _apart(before: Line, line: Line, mixing: MixingOrder) -> bool:
    return frozenset((mixing_class(before.product), mixing_class(line.product))) in mixing.apart


def _still_in_the_tubing(line: Line, tubing: Sequence[Line], mixing: MixingOrder) -> bool:
    """Whether something that it must not meet was pumped, and less than one rinse of anything else since."""
    since = _NONE
    for earlier in reversed(tubing):
        if _apart(earlier, line, mixing):
            return True
        since = since + earlier.drawn
        if since >= mixing.rinse:
            return False
    return False


def _water_left(bag: Bag, mixing: MixingOrder, rinses: int) -> Quantity:
    """The water that is still added as such when the rinses have had theirs."""
    needed = sum_of_volumes(volumes=[mixing.rinse] * rinses)
    water = next((line.drawn for line in bag.lines if line.product.role is Role.WATER), _NONE)
    left = water_to_fill(bag=water, sources=needed)
    if left.number < 0:
        raise CannotCompute(
            "volume_limit", "water for the rinses",
            f"{rinses} rinses need {show(needed)}, and the water of the bag is limited to {show(water)}.",
            "Raise the volume of the bag, or add one of the neighbours by hand.",
        )  # fmt: skip
    return left


def _add(
    number: int, line: Line, volume: Quantity, after: Quantity, mixing: MixingOrder,
    sizes: Sequence[SyringeSize], rules: SyringeRules,
) -> MixStep:  # fmt: skip
    near_use = mixing.near_use.get(mixing_class(line.product))
    if _pumped(line, mixing):
        return MixStep(number, "add", line.product, volume, after, "compounder", near_use=near_use)
    try:
        measured, refused = measure(volume, sizes, rules), None
    except CannotMeasure as refusal:
        measured, refused = None, refusal
    return MixStep(number, "add", line.product, volume, after, "hand", measured, near_use, refused)
