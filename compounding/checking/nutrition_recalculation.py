"""What is really in a nutrition container, from what was recorded: each label's content per mL × the recorded volume.

Imports `calculations` alone and never sees a plan. A volume that was not measured gives no figure, and then there is no pass.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from calculations.concentration import amount_in
from calculations.dosing import deviation
from calculations.errors import CannotCompute
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.checking.recalculation import Recalculated, Row


@dataclass(frozen=True)
class Source:
    """One scanned container: what its label says that a millilitre brings, by ion or nutrient."""

    slot: str
    display: str
    lot: str
    brings: Mapping[str, Quantity]


@dataclass(frozen=True)
class Drawn:
    """One recorded volume out of a container; None was not measured."""

    step: int
    slot: str
    volume: Quantity | None


def recalculate_nutrition(
    planned: Mapping[str, Quantity], tolerance: Quantity, sources: Sequence[Source], drawn: Sequence[Drawn]
) -> tuple[Recalculated, ...]:
    """Every constituent of `planned` (amounts in the whole container), and every further one that was put in.

    `tolerance` is a share (`one`). A constituent that was not planned and is there is outside by definition.
    Raises CannotCompute when a volume was not measured.
    """
    volumes = _volumes(drawn)
    found: dict[str, list[Row]] = {name: [] for name in planned}
    for source in sources:
        volume = volumes.get(source.slot)
        if volume is None:
            continue
        for name, strength in source.brings.items():
            if strength.number:
                row = Row(
                    f"{show(strength)} × {show(volume)}",
                    f"{source.display}, lot {source.lot or 'not recorded'}",
                    amount_in(strength, volume),
                )
                found.setdefault(name, []).append(row)
    return tuple(_constituent(name, planned.get(name), rows, tolerance) for name, rows in found.items())


def _volumes(drawn: Sequence[Drawn]) -> dict[str, Quantity]:
    volumes: dict[str, Quantity] = {}
    for draw in drawn:
        if draw.volume is None:
            raise CannotCompute(
                "not_measured",
                f"step {draw.step}",
                "its volume was not measured.",
                "A pharmacist enters the volume read from the picture, or rejects.",
            )
        volumes[draw.slot] = volumes[draw.slot] + draw.volume if draw.slot in volumes else draw.volume
    return volumes


def _constituent(name: str, planned: Quantity | None, rows: Sequence[Row], tolerance: Quantity) -> Recalculated:
    if planned is None or not planned.number:
        found = reduce(add, (row.amount for row in rows))
        return Recalculated(name, found * 0, found, Quantity(1, "one"), tolerance, tuple(rows))
    found = reduce(add, (row.amount for row in rows), planned * 0)
    return Recalculated(name, planned, found, deviation(found, planned), tolerance, tuple(rows))
