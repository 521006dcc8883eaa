"""The file of a compounding pump: comma-separated text, one row for each pumped source of one preparation.

The first line names the columns: ``dose,source,lot,volume_ml,interrupted,replaced``. ``source`` is the code on the container
(GTIN or NDC), its id in the formulary, or the id of the nutrition product; ``volume_ml`` is a plain number; the last two are
``yes`` or ``no``. A file that does not fit the preparation is refused as a whole: field, what was found, what was expected.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from calculations.errors import Fault, Faults
from calculations.number import parse_number
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.planning.plan import Step
from compounding.preparing.actions_pumping import PumpedStep
from compounding.preparing.dose import Dose, Scanned
from formulary.model import Formulary

COLUMNS = ("dose", "source", "lot", "volume_ml", "interrupted", "replaced")
LARGEST = 20_000
"""Characters of one file; the longest order has some twenty sources."""
MOST_ROWS = 200
_ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True)
class PumpRow:
    line: int
    """As counted in the file, from 1; the first row of figures is line 2."""
    dose: str
    source: str
    lot: str
    volume: Quantity
    interrupted: bool
    replaced: bool


def parse_pump_file(text: str) -> tuple[PumpRow, ...]:
    """The rows of the file. Raises Faults, each with its line and column."""
    if len(text) > LARGEST:
        raise Faults([Fault("file", f"{len(text):,} characters", f"at most {LARGEST:,}")])
    if "\x00" in text:
        raise Faults([Fault("file", "characters that no text has", "a text file in UTF-8")])
    try:
        lines = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
    except csv.Error as problem:
        raise Faults([Fault("file", str(problem).partition(" - ")[0], "lines that end with a line feed")]) from None
    head = tuple(cell.strip().lower() for cell in lines[0]) if lines else ()
    if head != COLUMNS:
        raise Faults([Fault("line 1", ",".join(head) or "nothing", ",".join(COLUMNS))])
    faults: list[Fault] = []
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in cells):
            try:
                rows.append(_row(number, [cell.strip() for cell in cells]))
            except Faults as found:
                faults += found.faults
    if not rows and not faults:
        faults = [Fault("file", "no row", "one row for each pumped source")]
    if len(rows) > MOST_ROWS:
        faults.append(Fault("file", f"{len(rows)} rows", f"at most {MOST_ROWS}"))
    if faults:
        raise Faults(faults)
    return tuple(rows)


def _row(line: int, cells: list[str]) -> PumpRow:
    if len(cells) != len(COLUMNS):
        raise Faults([Fault(f"line {line}", f"{len(cells)} columns", f"{len(COLUMNS)} columns")])
    named = dict(zip(COLUMNS, cells, strict=True))
    faults = [
        Fault(f"line {line}, {name}", "nothing", "this field") for name in ("dose", "source", "lot") if not named[name]
    ]
    faults += [
        Fault(f"line {line}, {name}", named[name] or "nothing", "yes or no")
        for name in ("interrupted", "replaced")
        if named[name].lower() not in _ANSWERS
    ]
    try:
        number = parse_number(named["volume_ml"], f"line {line}, volume_ml")
        if number <= 0:
            faults.append(Fault(f"line {line}, volume_ml", named["volume_ml"], "a volume above zero"))
    except Fault as fault:
        faults.append(fault)
    if faults:
        raise Faults(faults)
    interrupted, replaced = (_ANSWERS[named[name].lower()] for name in ("interrupted", "replaced"))
    return PumpRow(line, named["dose"], named["source"], named["lot"], Quantity(number, "mL"), interrupted, replaced)


def pumped_steps(dose: Dose) -> tuple[Step, ...]:
    """The steps that a compounder measures: no syringe shows their volume."""
    if dose.planned.nutrition is None:
        return ()
    return tuple(step for step in dose.drawing.measures if step.syringe is None)


def steps_of(dose: Dose, formulary: Formulary, rows: tuple[PumpRow, ...]) -> tuple[PumpedStep, ...]:
    """Each row on its step. Raises Faults with everything that does not fit this preparation."""
    faults = [Fault(f"line {row.line}, dose", row.dose, dose.number) for row in rows if row.dose != dose.number]
    if faults:
        raise Faults(faults)
    scans = {scan.slot: scan for scan in dose.scans}
    open_steps = list(pumped_steps(dose))
    found: list[PumpedStep] = []
    for row in rows:
        step = _step_of(dose, formulary, row, open_steps, scans, faults)
        if step is not None:
            open_steps.remove(step)
            faults += _volume_faults(dose, row, step)
            found.append(PumpedStep(step.number, row.volume, row.lot, row.interrupted, row.replaced))
    for step in open_steps:
        wanted = f"{scans[step.take].display}, {_planned(dose, step)}"
        faults.append(Fault(f"step {step.number}", "no row in the file", wanted))
    if faults:
        raise Faults(faults)
    return tuple(sorted(found, key=lambda one: one.step))


def _step_of(
    dose: Dose, formulary: Formulary, row: PumpRow, steps: list[Step], scans: dict[str, Scanned], faults: list[Fault]
) -> Step | None:
    """The open pumped step that draws from the container of this row; without one the fault says why."""
    named = [step for step in steps if row.source in set(_names(formulary, scans[step.take]))]
    if not named:
        wanted = "; ".join(dict.fromkeys(scans[step.take].display for step in steps)) or "nothing more"
        faults.append(Fault(f"line {row.line}, source", row.source, f"a source that is pumped here: {wanted}"))
        return None
    for step in named:
        if scans[step.take].lot == row.lot:
            return step
    lots = " or ".join(dict.fromkeys(scans[step.take].lot for step in named))
    faults.append(Fault(f"line {row.line}, lot", row.lot, f"{lots}, the lot that was scanned of {row.source}"))
    steps.remove(named[0])
    return None


def _names(formulary: Formulary, scan: Scanned) -> Iterator[str]:
    """Everything that may name a container in the file."""
    yield scan.product
    codes = formulary.item(scan.product).codes
    yield from (code for code in (codes.gtin, codes.ndc) if code)
    if formulary.nutrition is not None and (product := formulary.nutrition.product_of_item(scan.product)) is not None:
        yield product.id


def _volume_faults(dose: Dose, row: PumpRow, step: Step) -> list[Fault]:
    if step.volume is None or abs((row.volume - step.volume) / step.volume) <= dose.planned.volume_tolerance:
        return []
    return [Fault(f"line {row.line}, volume_ml", show(row.volume), _planned(dose, step))]


def _planned(dose: Dose, step: Step) -> str:
    percent = show_number(dose.planned.volume_tolerance.amount_in("one") * 100, 1)
    return "" if step.volume is None else f"{show(step.volume)} ±{percent} %"
