"""Whether each printer of the site can be reached from this machine: a part of ``./sufficit doctor``."""

from concurrent.futures import ThreadPoolExecutor

from batch_records.acting import load
from calculations.errors import Fault, Faults
from compounding.printer_addresses import read_address
from compounding.printers import PRINTERS, PRINTERS_RECORD, LabelPrinter
from compounding.views.print_job import reasons_in_words
from web import ipp
from web.database import opened
from web.doctor import Check, State
from web.settings import Settings

MEND = "switch it on, or correct its address at /printers; until then labels are printed by the browser"


def check_printers(settings: Settings) -> list[Check]:
    """One check for each printer in use, all asked at once. None where no printer or no readable database is there."""
    try:
        with opened(settings) as store, store.read() as uow:
            printers = load(uow, PRINTERS, PRINTERS_RECORD)
    except (Fault, Faults, OSError, ValueError):
        return []  # what is wrong with the database or the settings is said by their own checks
    rows = sorted((row for row in printers.by_id.values() if row.enabled), key=lambda row: row.id)
    if not rows:
        return []
    with ThreadPoolExecutor(min(len(rows), 16)) as beside:
        return list(beside.map(_check, rows))


def _check(printer: LabelPrinter) -> Check:
    name = f"printer {printer.id}"
    try:
        found = ipp.printer_now(read_address(printer.address))
    except (Fault, ipp.NotSent, ipp.NotKnown) as problem:
        return Check(name, State.ADVICE, f"{printer.address} not reachable: {problem}", MEND)
    why = reasons_in_words(found.reasons)
    told = f"{printer.address} reachable, {found.state}" + (f": {why}" if why else "")
    if found.state == "stopped":
        return Check(name, State.ADVICE, told, f"look at it: {printer.place}")
    return Check(name, State.GOOD, told)
