"""What is really in the container, from what was recorded: scanned strength × entered volume or mass.

Imports `calculations` alone and never sees a plan: it is the independent second route of the check. A draw that was not
measured gives no figure, and then there is no pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from calculations.concentration import amount_in
from calculations.dosing import deviation
from calculations.errors import CannotCompute
from calculations.printing import show
from calculations.quantity import Quantity


@dataclass(frozen=True)
class Strength:
    """What the label of a scanned container says. A powder names its dissolution, a solution its concentration."""

    drug: str
    content: Quantity
    concentration: Quantity
    """As drawn from; for a powder the label's concentration after its own dissolution."""
    label_diluent: Quantity | None = None
    """Volume that the label dissolves a powder in."""
    label_volume: Quantity | None = None
    """Volume that the label says it then has."""


@dataclass(frozen=True)
class Container:
    """One scanned container of drug, and the diluent volume that was recorded for it (a powder)."""

    slot: str
    display: str
    lot: str
    strength: Strength
    diluent: Quantity | None = None


@dataclass(frozen=True)
class Draw:
    """One recorded volume: taken from a slot, put into a slot. `volume` None was not measured."""

    step: int
    take: str
    put: str
    volume: Quantity | None
    diluent: bool = False
    """Plain diluent or base fluid, without drug."""


@dataclass(frozen=True)
class Row:
    """One line of the recalculation, as shown."""

    working: str
    detail: str
    amount: Quantity


@dataclass(frozen=True)
class Recalculated:
    """The amount of one drug in the final container against what was ordered."""

    drug: str
    ordered: Quantity
    found: Quantity
    difference: Quantity
    """(found − ordered) ÷ ordered, as `one`."""
    tolerance: Quantity
    rows: tuple[Row, ...]

    @property
    def inside(self) -> bool:
        return abs(self.difference) <= self.tolerance


def recalculate(
    drug: str,
    ordered: Quantity,
    tolerance: Quantity,
    containers: Sequence[Container],
    draws: Sequence[Draw],
    final: str,
    mix: str,
) -> Recalculated:
    """The amount of `drug` that reached slot `final`, through slot `mix` if there was an intermediate dilution.

    `tolerance` is a share (`one`). Raises CannotCompute when a volume that it needs was not measured.
    """
    own = [c for c in containers if c.strength.drug == drug]
    rows: list[Row] = []
    for container in own:
        if container.slot == final:
            rows.append(
                Row(f"{show(container.strength.content)}, ready to use", container.display, container.strength.content)
            )
        rows += [_row(container, _measured(d)) for d in draws if d.take == container.slot and d.put == final]
    if any(d.take == mix for d in draws):
        rows.append(_through_mix(own, draws, final, mix))
    if not rows:
        raise CannotCompute(
            "nothing_drawn", f"the amount of {drug} in the container", "no draw of it was recorded.", "Reject it."
        )
    found = reduce(add, (row.amount for row in rows))
    return Recalculated(drug, ordered, found, deviation(found, ordered), tolerance, tuple(rows))


def _row(container: Container, volume: Quantity) -> Row:
    concentration = _concentration(container)
    amount = amount_in(concentration, volume)
    detail = f"{container.display}, lot {container.lot or 'not recorded'}"
    if container.diluent is not None:
        detail += f", {show(container.diluent)} diluent"
    return Row(f"{show(concentration)} × {show(volume)}", detail, amount)


def _concentration(container: Container) -> Quantity:
    """Label concentration; where another diluent volume than the label's went in, content ÷ the volume it then has."""
    strength = container.strength
    if strength.label_diluent is None or strength.label_volume is None:
        return strength.concentration
    if container.diluent is None:
        raise CannotCompute(
            "diluent_not_measured",
            f"the strength in {container.display}",
            "the diluent volume was not measured.",
            "Enter the volume read from the picture, or reject.",
        )
    if container.diluent == strength.label_diluent:
        return strength.concentration
    return strength.content / (strength.label_volume + container.diluent - strength.label_diluent)


def _through_mix(own: Sequence[Container], draws: Sequence[Draw], final: str, mix: str) -> Row:
    into = [(c, _measured(d)) for c in own for d in draws if d.take == c.slot and d.put == mix]
    if not into:
        raise CannotCompute("mix_empty", "the intermediate dilution", "no drug was recorded into it.", "Reject it.")
    amount = reduce(add, (amount_in(_concentration(c), volume) for c, volume in into))
    volume = reduce(add, (_measured(d) for d in draws if d.put == mix))
    drawn = reduce(add, (_measured(d) for d in draws if d.take == mix and d.put == final))
    concentration = amount / volume
    return Row(
        f"{show(concentration)} × {show(drawn)}",
        f"intermediate dilution: {show(amount)} in {show(volume)}",
        amount_in(concentration, drawn),
    )


def content_of(held: Quantity, into: Sequence[Quantity], out: Sequence[Quantity]) -> Quantity:
    """What is in a container, in mL: what it held, and the measured volumes that went in, less those taken out."""
    return reduce(add, into, held) - reduce(add, out, Quantity(0, "mL"))


def _measured(draw: Draw) -> Quantity:
    if draw.volume is None:
        raise CannotCompute(
            "not_measured",
            f"step {draw.step}",
            "its volume was not measured.",
            "A pharmacist enters the volume read from the picture, or rejects.",
        )
    return draw.volume
