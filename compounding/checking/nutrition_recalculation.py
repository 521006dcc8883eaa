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
    """One scanned container: what its label says that a millilitre brings, by ion or nutrient. Plain diluent brings nothing."""

    slot: str
    display: str
    lot: str
    brings: Mapping[str, Quantity]


@dataclass(frozen=True)
class Drawn:
    """One recorded volume: out of a container or an intermediate dilution, into another place; None was not measured."""

    step: int
    take: str
    put: str
    volume: Quantity | None


def recalculate_nutrition(
    planned: Mapping[str, Quantity], tolerance: Quantity, sources: Sequence[Source], drawn: Sequence[Drawn], final: str
) -> tuple[Recalculated, ...]:
    """Every constituent of `planned` (amounts in the whole container), and every further one that reached slot `final`.

    `tolerance` is a share (`one`). A constituent that was not planned and is there is outside by definition.
    Raises CannotCompute when a volume was not measured.
    """
    volumes = _volumes(drawn)
    held = {source.slot: source for source in sources}
    held |= {mix: _mixed(mix, held, volumes) for mix in {put for _, put in volumes if put != final}}
    found: dict[str, list[Row]] = {name: [] for name in planned}
    for (take, put), volume in volumes.items():
        source = held.get(take)
        if put != final or source is None:
            continue
        for name, strength in source.brings.items():
            if strength.number:
                lot = f", lot {source.lot or 'not recorded'}" if source.lot != MIXED else ""
                row = Row(f"{show(strength)} × {show(volume)}", f"{source.display}{lot}", amount_in(strength, volume))
                found.setdefault(name, []).append(row)
    return tuple(_constituent(name, planned.get(name), rows, tolerance) for name, rows in found.items())


MIXED = "intermediate dilution"
"""Stands in the place of a lot for a dilution made on the way."""


def _mixed(mix: str, held: Mapping[str, Source], volumes: Mapping[tuple[str, str], Quantity]) -> Source:
    """An intermediate dilution as it was really made."""
    into = [(held[take], volume) for (take, put), volume in volumes.items() if put == mix and take in held]
    whole = reduce(add, (volume for (_, put), volume in volumes.items() if put == mix))
    amounts: dict[str, Quantity] = {}
    for source, volume in into:
        for name, strength in source.brings.items():
            amount = amount_in(strength, volume)
            amounts[name] = amounts[name] + amount if name in amounts else amount
    names = " and ".join(source.display for source, _ in into if source.brings)
    return Source(mix, f"{names}, diluted first", MIXED, {name: amount / whole for name, amount in amounts.items()})


def _volumes(drawn: Sequence[Drawn]) -> dict[tuple[str, str], Quantity]:
    volumes: dict[tuple[str, str], Quantity] = {}
    for draw in drawn:
        if draw.volume is None:
            raise CannotCompute(
                "not_measured",
                f"step {draw.step}",
                "its volume was not measured.",
                "A pharmacist enters the volume read from the picture, or rejects.",
            )
        way = (draw.take, draw.put)
        volumes[way] = volumes[way] + draw.volume if way in volumes else draw.volume
    return volumes


def _constituent(name: str, planned: Quantity | None, rows: Sequence[Row], tolerance: Quantity) -> Recalculated:
    if planned is None or not planned.number:
        found = reduce(add, (row.amount for row in rows))
        return Recalculated(name, found * 0, found, Quantity(1, "one"), tolerance, tuple(rows))
    found = reduce(add, (row.amount for row in rows), planned * 0)
    return Recalculated(name, planned, found, deviation(found, planned), tolerance, tuple(rows))
