"""The print queues of the site: one record that says which there are, what they hold, and where a station's labels go.

All of it is data of the site, changed by an administrator or a lead, each change with who, when and why. A printer is never
removed, only switched off: jobs name it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from batch_records.acting import RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry
from calculations.errors import Fault
from compounding.planning.plan_data import from_data
from compounding.printer_addresses import read_address
from compounding.record_actions import RecordAction, encode, not_allowed
from formulary.model import ContainerClass

PRINTERS_RECORD = "printers"
"""The id of the one record of this type."""
SHEET = "sheet"
"""Paper for worksheets."""
STOCKS = (*(container.value for container in ContainerClass), SHEET)
"""What a printer may hold: a label stock for each class of container, in the size the site gave it, and paper."""
LONGEST = 60
_ID = re.compile(r"[a-z0-9][a-z0-9\-]{0,29}")


@dataclass(frozen=True)
class LabelPrinter:
    """One print queue."""

    id: str
    name: str
    place: str
    address: str
    stocks: tuple[str, ...]
    enabled: bool


@dataclass(frozen=True)
class Printers:
    """What the entries say."""

    by_id: Mapping[str, LabelPrinter] = field(default_factory=dict)
    usual: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Station and stock -> id of the printer its labels go to unless somebody chooses another."""
    answered: bool = False
    """Somebody described a printer, or said that this hospital prints through the browser."""

    def holding(self, stock: str) -> tuple[LabelPrinter, ...]:
        """The printers that are switched on and hold this stock, by name."""
        found = (row for row in self.by_id.values() if row.enabled and stock in row.stocks)
        return tuple(sorted(found, key=lambda row: (row.name, row.id)))

    def usual_at(self, station: str, stock: str) -> LabelPrinter | None:
        """Where this station's labels of this stock go; None for the browser, also while that printer is off."""
        wanted = self.usual.get((station, stock), "")
        return next((row for row in self.holding(stock) if row.id == wanted), None)


@dataclass(frozen=True)
class DescribePrinter(RecordAction):
    """Say all of one printer anew."""

    kind: ClassVar[str] = "printer_described"
    id: str
    name: str
    place: str
    address: str
    stocks: tuple[str, ...]
    enabled: bool
    new: bool
    """It must not be there yet; otherwise it must."""
    reason: str = ""


@dataclass(frozen=True)
class StationPrints(RecordAction):
    """Where one station's labels of each stock go: ``printer`` empty for the browser."""

    kind: ClassVar[str] = "station_printers_chosen"
    station: str
    choices: tuple[tuple[str, str], ...]
    """Stock and printer."""


@dataclass(frozen=True)
class PrintByBrowser(RecordAction):
    """This hospital has no print queue: the answer to the question of the set-up."""

    kind: ClassVar[str] = "printing_by_browser"


_MAY = dict.fromkeys(("printer_described", "station_printers_chosen", "printing_by_browser"),
                     frozenset({"lead", "administrator"}))  # fmt: skip


def _apply(state: Printers, entry: Entry) -> Printers:
    """The printers after an entry. Raises ValueError for a kind or version that no release of the program wrote."""
    match (entry.kind, entry.version):
        case ("printer_described", 1):
            told = from_data(DescribePrinter, entry.payload)
            row = LabelPrinter(told.id, told.name, told.place, told.address, told.stocks, told.enabled)
            return replace(state, by_id={**state.by_id, row.id: row}, answered=True)
        case ("station_printers_chosen", 1):
            station = entry.payload["station"]
            chosen = {(station, stock): printer for stock, printer in entry.payload["choices"]}
            return replace(state, usual={**state.usual, **chosen})
        case ("printing_by_browser", 1):
            return replace(state, answered=True)
    raise ValueError(f"unknown entry {entry.kind}/{entry.version} in {entry.record}")


def _authorise(actor: Actor, action: RecordAction) -> Refusal | None:
    return not_allowed(actor, action.kind, _MAY)


def _check(state: Printers, action: RecordAction, act: Act, context: None) -> RecordAction | Refusal:
    if isinstance(action, DescribePrinter):
        return _printer_refusal(state, action) or action
    if isinstance(action, StationPrints):
        return _choices_refusal(state, action) or action
    if state.by_id:
        return Refusal("printers_known", "Printers are described already: switch them off instead.", 409)
    return action


def _printer_refusal(state: Printers, action: DescribePrinter) -> Refusal | None:
    if action.new and action.id in state.by_id:
        return Refusal("printer_known", f"There is a printer {action.id} already: change it on its own page.", 409)
    if not action.new and action.id not in state.by_id:
        return Refusal("printer_unknown", f"There is no printer {action.id}.", 409)
    if not _ID.fullmatch(action.id):
        return Refusal("printer_id", "The id has 1 to 30 small letters, digits and hyphens, such as labels-1.", 422)
    for what, text in (("name", action.name), ("place", action.place)):
        if not 0 < len(text.strip()) <= LONGEST:
            return Refusal("printer_incomplete", f"A printer needs a {what} of at most {LONGEST} characters.", 422)
    if not action.stocks or not set(action.stocks) <= set(STOCKS) or len(set(action.stocks)) < len(action.stocks):
        return Refusal("printer_stock", f"A printer holds at least one stock of {', '.join(STOCKS)}.", 422)
    if not action.new and not action.reason.strip():
        return Refusal("reason_missing", "Say why the printer changes.", 422)
    try:
        read_address(action.address)
    except Fault as fault:
        return Refusal("printer_address", str(fault), 422)
    return None


def _choices_refusal(state: Printers, action: StationPrints) -> Refusal | None:
    for stock, printer in action.choices:
        if stock not in STOCKS or (printer and stock not in getattr(state.by_id.get(printer), "stocks", ())):
            return Refusal("no_such_stock", f"The printer '{printer}' does not hold {stock} labels.", 422)
    if not action.station or len(action.choices) != len(dict(action.choices)):
        return Refusal("choices_wrong", "One printer for each stock of a station.", 422)
    return None


PRINTERS: RecordType[Printers, RecordAction, None] = RecordType(
    name="printers", blank=Printers, apply=_apply, authorise=_authorise, check=_check, encode=encode
)
"""The printers' record. Its id is `PRINTERS_RECORD`."""
