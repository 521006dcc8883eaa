"""From a patient's label back to everything it came from: lots, persons, hood, calculations and signatures on one page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from batch_records.acting import load
from batch_records.entries import REFUSED, Entry
from batch_records.store import UnitOfWork
from compounding.batches.batch import Batch
from compounding.batches.numbering import batch_record
from compounding.batches.record import BATCH, hands_of_batch
from compounding.documents.dose_documents import Clock, in_words
from compounding.people import shown_name
from compounding.preparing.dose import Dose, Scanned
from compounding.preparing.inside import dissolved_with, opening_dose
from compounding.preparing.numbering import dose_record, order_record
from compounding.preparing.states import SIGNED
from compounding.reviewing.record import ORDER
from compounding.rooms import HOOD, hood_record
from compounding.stock.lot import LOT, lot_record
from compounding.stock.opened import OPENED
from compounding.stock.opened_state import Opened, opened_record
from compounding.tracing.next_steps import next_step, standing_of
from compounding.tracing.projecting import PARTS, hands_of
from compounding.views.story import kind_in_words
from compounding.views.strip import Strip, strip_of
from compounding.views.tree import Node, many, to
from compounding.views.working import Worked, working

CARRIED = {
    "pair_labels": "paired the labels",
    "receive": "received it",
    "start_administration": "started it on the patient",
    "return_dose": "returned it",
    "report_missing": "reported it missing",
    "find": "found it",
    "waste": "destroyed it",
    "quarantine": "put it in quarantine",
}
"""What is done to a preparation after its release, by whoever carries, gives or destroys it."""
OPENED_IT = "opened what it was drawn from"
ACCEPTED = "accept"
"""Kind of entry of an order by which a pharmacist accepts it."""
PLACED_IT, REVIEWED_IT = "placed the order", "reviewed the order"


@dataclass(frozen=True)
class UsedLot:
    """One container that went in."""

    product: str
    display: str
    lot: str
    expires: str
    state: str
    """Of the lot now; empty for one that may be used."""
    scanned: str
    opened: str
    """Number of the opened container it came from; empty for a new one."""
    batch: str = ""
    """Lot number of the batch that it went into, where the dose is a unit made ahead."""
    dissolved: str = ""
    """Number of the opened container that it dissolved, in the preparation that opened that one."""


@dataclass(frozen=True)
class HoodOf:
    """One hood that it, or what it was drawn from, was at."""

    station: str
    name: str
    note: str
    """Since when, or for what."""


@dataclass(frozen=True)
class HandOf:
    """One person and what they did."""

    person: str
    name: str
    parts: str
    first: str


@dataclass(frozen=True)
class SignatureOf:
    """One signature."""

    name: str
    meaning: str
    at: str
    digest: str
    """The first characters of the digest of what was signed, or that it was done with the person's secret."""
    seq: int
    record: str
    """The record that it is an entry of: that of the dose, of its order, or of the batch that it was a unit of."""


@dataclass(frozen=True)
class LabelTrace:
    """The page of one preparation, backwards."""

    strip: Strip
    number: str
    order: str
    state: str
    todo: str
    place: str
    hoods: tuple[HoodOf, ...]
    lots: tuple[UsedLot, ...]
    hands: tuple[HandOf, ...]
    signatures: tuple[SignatureOf, ...]
    figures: tuple[Worked, ...]
    formulation: str
    versions: str
    tree: Node


def label_trace(uow: UnitOfWork, dose: Dose, at: datetime, clock: Clock) -> LabelTrace:
    """Everything that one preparation came from, by its own entries."""
    entries = uow.entries(dose_record(dose.number))
    batch = Batch() if dose.unit is None else load(uow, BATCH, batch_record(dose.unit["lot"]))
    ordered = _of_order(uow, dose)
    made = [*ordered, *(uow.entries(batch_record(batch.number)) if batch.number else ()), *entries]
    opened = [load(uow, OPENED, opened_record(scan.opened)) for scan in dose.scans if scan.opened]
    step, plan = next_step(standing_of(dose.status, dose.place, dose.hood)), dose.planned
    ahead = (*batch.plan.work, *batch.work.drawing.work) if batch.number else ()
    figures = working((*plan.work, *ahead, *dose.drawing.work))
    shown = LabelTrace(
        strip_of(dose, at, clock), dose.number, dose.order, step.state, step.todo, dose.place,
        _hoods(uow, dose, batch, opened, clock), _lots(uow, dose, batch, opened, clock),
        _hands(uow, dose, batch, opened, [*ordered, *entries], clock), _signatures(uow, made, clock), figures,
        plan.formulation_name, plan.versions_in_words, Node(""),
    )  # fmt: skip
    return replace(shown, tree=backward(shown))


def _of_order(uow: UnitOfWork, dose: Dose) -> list[Entry]:
    """The entries that accepted the version of the order behind a dose: one, or two where two pharmacists had to."""
    entries = uow.entries(order_record(dose.order))
    return [one for one in entries if one.kind == ACCEPTED and one.payload.get("version_number") == dose.order_version]


def _hoods(
    uow: UnitOfWork, dose: Dose, batch: Batch, opened: Sequence[Opened], clock: Clock
) -> tuple[HoodOf, ...]:
    """Every hood that it was made at, and those at which its opened containers were opened."""
    at = batch.work.hoods if batch.number else dose.hoods
    told = [(hood, f"from {clock.moment(since)}") for hood, since in at]
    told += [(one.hood, f"opened container {one.number} was opened there") for one in opened]
    return tuple(HoodOf(hood, load(uow, HOOD, hood_record(hood)).name or hood, note) for hood, note in told)


def _lots(
    uow: UnitOfWork, dose: Dose, batch: Batch, opened: Sequence[Opened], clock: Clock
) -> tuple[UsedLot, ...]:
    """The containers of a dose, those that dissolved its opened containers, and of a unit made ahead those of its batch."""
    own = [_used(uow, scan, clock) for scan in dose.scans]
    own += [
        replace(_used(uow, scan, clock), dissolved=one.number) for one in opened for scan in dissolved_with(uow, one)
    ]
    return (*own, *(replace(_used(uow, scan, clock), batch=batch.number) for scan in batch.work.scans))


def _used(uow: UnitOfWork, scan: Scanned, clock: Clock) -> UsedLot:
    state = load(uow, LOT, lot_record(scan.product, scan.lot)).state if scan.lot else ""
    who = f"{shown_name(uow, scan.by)}, {clock.time(scan.at)}"
    expires = in_words(scan.expires) if scan.expires else "not known"
    return UsedLot(
        scan.product, scan.display, scan.lot or "none", expires, "" if state == "available" else state, who, scan.opened
    )


def _hands(
    uow: UnitOfWork, dose: Dose, batch: Batch, opened: Sequence[Opened], entries: Sequence[Entry], clock: Clock
) -> tuple[HandOf, ...]:
    """Everybody with a hand in it: in its order, in the dose, in the batch that it was a unit of, in the opening of what it was
    drawn from."""
    version = load(uow, ORDER, order_record(dose.order)).versions[dose.order_version - 1]
    hands = [(version.placed_by, PLACED_IT, version.placed_at), *hands_of(dose), *(hands_of_batch(batch) if batch.number else ())]
    hands += [(person, OPENED_IT, one.opened_at) for one in opened for person in opening_dose(uow, one).preparers]
    did: dict[str, dict[str, datetime]] = {}
    for person, part, at in hands:
        if person and at is not None:
            did.setdefault(person, {}).setdefault(part, at)
    for entry in entries:
        part = REVIEWED_IT if entry.kind == ACCEPTED else CARRIED.get(entry.kind, "")
        if part and entry.who != "system":
            did.setdefault(entry.who, {}).setdefault(part, entry.at)
    order = [PLACED_IT, REVIEWED_IT, OPENED_IT, *PARTS, *CARRIED.values()]
    return tuple(
        HandOf(
            person,
            shown_name(uow, person),
            ", ".join(part for part in order if part in parts),
            clock.moment(min(parts.values())),
        )
        for person, parts in sorted(did.items(), key=lambda one: min(one[1].values()))
    )


def _signatures(uow: UnitOfWork, entries: Sequence[Entry], clock: Clock) -> tuple[SignatureOf, ...]:
    """Signatures over a content, and the acts for which a person gave their secret."""
    found = []
    for entry in entries:
        told = entry.payload.get("signature") if entry.kind != REFUSED else None
        if told:
            name = f"{told['name']}, {told['credentials']}" if told["credentials"] else str(told["name"])
            meaning = str(told["meaning"]).removesuffix(" by") or kind_in_words(entry.kind)
            at = clock.moment(datetime.fromisoformat(told["at"]))
            found.append(SignatureOf(name, meaning, at, f"{str(told['content_digest'])[:12]}…", entry.seq, entry.record))
        elif entry.kind in SIGNED:
            name, at = shown_name(uow, entry.who), clock.moment(entry.at)
            found.append(SignatureOf(name, kind_in_words(entry.kind), at, "with their own secret", entry.seq, entry.record))
    return tuple(found)


def backward(shown: LabelTrace) -> Node:
    """The same as a tree: the patient's label at the root, what it came from in its branches."""
    lots = tuple(_lot_node(one) for one in shown.lots)
    hands = tuple(
        Node(one.name, one.parts, "person", to("trace.page", kind="person", person=one.person)) for one in shown.hands
    )
    signed = tuple(
        Node(one.name, f"{one.meaning}, {one.at}", "sign", to("audit.entry", seq=str(one.seq), record=one.record))
        for one in shown.signatures
    )
    figures = tuple(Node(f"{one.name}: {one.result}", f"{one.sum}, {one.formula}", "sum") for one in shown.figures)
    branches = [Node(many(len(lots), "container"), "", "lot", branches=lots)]
    branches += [Node(one.name, one.note, "hood", to("trace.page", kind="hood", hood=one.station)) for one in shown.hoods]
    branches.append(Node(many(len(hands), "person"), "", "person", branches=hands))
    branches.append(Node(many(len(figures), "figure"), shown.formulation, "sum", branches=figures, open=False))
    branches.append(Node(many(len(signed), "signature"), "", "sign", branches=signed))
    batches = dict.fromkeys(one.batch for one in shown.lots if one.batch)
    made_ahead = (Node(f"Batch {one}", "", "batch", to("trace.page", kind="batch", batch=one)) for one in batches)
    order = Node(f"Order {shown.order}", "", "patient", to("orders.one", number=shown.order))
    title = f"{shown.strip.title}, {shown.number}"
    return Node(title, f"{shown.strip.who}, {shown.strip.place}", "patient", branches=(order, *made_ahead, *branches))


def _lot_node(one: UsedLot) -> Node:
    into = f"dissolved opened container {one.dissolved}" if one.dissolved else ""
    note = ", ".join(filter(None, (f"lot {one.lot}", f"until {one.expires}", into, one.state)))
    source = (
        (Node(f"Opened container {one.opened}", "", "lot", to("opened.one", number=one.opened)),) if one.opened else ()
    )
    return Node(one.display, note, "lot", to("trace.page", kind="lot", product=one.product, lot=one.lot), source)
