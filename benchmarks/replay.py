"""How long a change of limits takes to replay over five million past doses: ``bench replay``.

Every upper bound of every drug is lowered by a tenth, and the change is replayed over the whole history, drug by drug, on
two cores: reading the flat figures, judging them as columns by the limits as they are and as they would be, and judging
again exactly what lies near a bound. Filling the projection is not measured. Inside, rows drawn at random are judged
wholly from their exact figures and must come out the same.
"""

import gc
import random
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from gmpy2 import mpq
from sqlalchemy import func, select

from batch_records.store import Store, create_schema
from benchmarks._made_figures import COLUMNS, rows
from calculations.quantity import Quantity
from compounding.replaying.block import Block
from compounding.replaying.exactly import exact_levels
from compounding.replaying.history import Period, blocks
from compounding.replaying.outcome import Change
from compounding.replaying.replay import levels, replay, side_of
from compounding.replaying.tables import LimitFigureRow
from formulary.loading import load_formulary
from formulary.model import Drug, Formulary
from web.migrations import load_models

DOSES = 5_000_000
AIM_SECONDS = 60.0
CORES = 2
COMPARED = 40
"""Rows drawn for each drug, to be judged exactly as well."""
BEGAN = datetime(2016, 11, 22, tzinfo=UTC)
AT_ONCE = 50_000


@dataclass(frozen=True)
class Told:
    """What the replay of one drug says of itself."""

    judged: int
    untold: int
    exactly: int
    changed: int
    worked: float
    """Seconds of a core."""


def lowered(drug: Drug) -> Drug:
    """The drug with every upper bound a tenth lower."""

    def lower(bound: Quantity | None) -> Quantity | None:
        return None if bound is None else bound * mpq(9, 10)

    limits = (replace(row, high=lower(row.high), hard_max=lower(row.hard_max)) for row in drug.limits)
    return replace(drug, version=drug.version + 1, limits=tuple(limits))


def fill(store: Store, formulary: Formulary, number: int) -> None:
    """Made rows into the projection, and into nothing else."""
    statement = f"INSERT INTO limit_figures ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    made = rows(list(formulary.drugs), number, BEGAN)
    for _ in range(0, number, AT_ONCE):
        with store.write() as uow:
            some = list(islice(made, AT_ONCE))
            uow.session.connection().exec_driver_sql(statement, some)
            uow.commit()


@cache
def opened(url: str) -> tuple[Store, Formulary]:
    """The store and the formulary, once in each process, kept out of the collector's rounds as the server does at its start."""
    held = Store.open(url, "bench"), load_formulary()
    gc.collect()
    gc.freeze()
    return held


def one_drug(url: str, drug: str) -> Told:
    """The replay of one drug."""
    began = time.process_time()
    store, formulary = opened(url)
    before = formulary.drug(drug)
    with store.read() as uow:
        found = replay(uow.session, before, lowered(before), formulary.site)
    untold = sum(tally.orders for tally in found.untold.values())
    changed = sum(found.changes[change].orders for change in Change)
    return Told(found.judged.orders, untold, found.exactly, changed, time.process_time() - began)


def compare(store: Store, formulary: Formulary) -> tuple[int, int]:
    """Rows drawn at random judged both ways; how many, and how many differ."""
    draw, compared, differ = random.Random(1), 0, 0
    with store.read() as uow:
        for drug in formulary.drugs:
            side = side_of(lowered(drug), formulary.site)
            block = next((b for b in blocks(uow.session, drug.id, Period()) if isinstance(b, Block)), None)
            if block is None:
                continue
            by_column = levels(block, side, {})
            chosen = draw.sample(range(len(block)), min(COMPARED, len(block)))
            for row in chosen:
                wanted = exact_levels(block.exact(row), block.words, side)
                found = {name: column[row] for name, column in by_column.items()}
                compared += 1
                differ += any(found[name] != wanted.get(name, 0) for name in found)
    return compared, differ


def main() -> int:
    """Fill, replay, compare."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else DOSES
    load_models()
    formulary = load_formulary()
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'bench.db'}"
        store = Store.open(url, "bench")
        create_schema(store)
        start = time.perf_counter()
        fill(store, formulary, number)
        print(f"{number:,} doses made and filled in {time.perf_counter() - start:.0f} s, one order each (not measured)")
        with store.read() as uow:
            held = select(LimitFigureRow.drug, func.count()).group_by(LimitFigureRow.drug).order_by(func.count().desc())
            drugs = [drug for drug, _ in uow.session.execute(held)]
        start = time.perf_counter()
        with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
            told = list(pool.map(one_drug, [url] * len(drugs), drugs))
        took = time.perf_counter() - start
        compared, differ = compare(store, formulary)
        store.close()
    return report(number, told, took, compared, differ)


def report(number: int, told: list[Told], took: float, compared: int, differ: int) -> int:
    """The figures, and whether they hold."""
    judged, untold = sum(row.judged for row in told), sum(row.untold for row in told)
    print(f"{len(told)} drugs, every upper bound a tenth lower; {judged:,} doses judged, {untold:,} told as not judged")
    print(
        f"{sum(row.changed for row in told):,} would fare otherwise; {sum(row.exactly for row in told):,} judged again exactly"
    )
    print(f"{sum(row.worked for row in told):.1f} s of work, all cores together")
    print(f"{compared:,} rows drawn at random judged wholly exactly: {differ} differ   aim 0")
    print(
        f"replay {took:6.1f} s on {CORES} cores   aim {AIM_SECONDS:.0f} s   {number / took / 1e6:.2f} million doses a second"
    )
    short = [f"replay {took:.1f} s"] if took > AIM_SECONDS else []
    short += [f"{differ} rows differ"] if differ else []
    short += [f"{number - judged - untold:,} doses are in no count"] if judged + untold != number else []
    print(f"falls short: {', '.join(short)}" if short else "holds")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
