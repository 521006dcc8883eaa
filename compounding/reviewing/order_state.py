"""An order with all its versions, as its entries tell it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from batch_records.entries import Entry
from batch_records.people import one_spelling
from compounding.orders.order import Order
from compounding.planning.plan import DrawUpPlan, TherapeuticPlan
from compounding.planning.plan_data import from_data
from compounding.reviewing.actions import ACTIONS
from compounding.reviewing.states import LIVE, OrderStatus


@dataclass(frozen=True)
class OrderVersion:
    number: int
    status: OrderStatus
    placed_at: datetime
    placed_by: str
    """Who typed it, or brought it in."""
    order: Order | None = None
    """None while the message it came with is incomplete."""
    draft: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    original: str = ""
    plan: TherapeuticPlan | None = None
    draw_up: DrawUpPlan | None = None
    findings: tuple[Mapping[str, Any], ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    prescriber_confirmed: str = ""
    accepted_by: tuple[str, ...] = ()
    accepted_at: datetime | None = None
    question: str = ""
    answer: str = ""
    reason: str = ""
    yielded_until: datetime | None = None
    brought_in: bool = False
    """It came with a file or message; who ordered is only the prescriber that it names."""

    def is_own_of(self, person: str, name: str, credentials: str = "") -> bool:
        """Whether it is this person's own order: they typed it, brought it in, or it names them as the prescriber.

        A file proves nothing of who wrote it: whoever brings one in could have, so another pharmacist reviews it.
        """
        if self.placed_by == person:
            return True
        return names(self.order.prescriber if self.order else "", name, credentials)


def names(text: str, name: str, credentials: str = "") -> bool:
    """Whether a typed text is the name of this person, with or without credentials, however it is spaced and dotted."""
    return _letters(text) in {_letters(name), _letters(f"{name} {credentials}")}


def _letters(text: str) -> str:
    return "".join(letter for letter in one_spelling(text) if letter.isalnum())


@dataclass(frozen=True)
class OrderRecord:
    number: str = ""
    versions: tuple[OrderVersion, ...] = ()
    doses: int = 0
    """Doses yielded so far, over all versions: the next one gets the next index."""

    @property
    def current(self) -> OrderVersion:
        """The newest version. Raises IndexError for an order without one."""
        return self.versions[-1]

    @property
    def status(self) -> OrderStatus:
        return self.current.status

    def with_current(self, **changes: Any) -> "OrderRecord":
        return replace(self, versions=(*self.versions[:-1], replace(self.current, **changes)))

    def with_new(self, version: OrderVersion) -> "OrderRecord":
        """A newer version; a live one before it is superseded, a closed one stays what it was."""
        before = self.versions
        if before and before[-1].status in LIVE:
            before = (*before[:-1], replace(before[-1], status=OrderStatus.SUPERSEDED))
        return replace(self, versions=(*before, version))


def apply(state: OrderRecord, entry: Entry) -> OrderRecord:
    """The state after one entry. Raises KeyError for a kind that was never released."""
    action: Any = from_data(ACTIONS[entry.kind, entry.version], entry.payload)
    return _READERS[entry.kind](state, action, entry)


def _place(state: OrderRecord, a: Any, e: Entry) -> OrderRecord:
    order = Order.parse(a.order, kept=True)
    version = OrderVersion(
        len(state.versions) + 1, OrderStatus.CLINICAL_REVIEW, e.at, e.who, order, original=order.original,
        brought_in=a.brought_in,
    )  # fmt: skip
    return replace(state.with_new(version), number=a.number)


def _incomplete(state: OrderRecord, a: Any, e: Entry) -> OrderRecord:
    version = OrderVersion(
        len(state.versions) + 1,
        OrderStatus.CLARIFY,
        e.at,
        e.who,
        None,
        a.draft,
        a.missing,
        a.original,
        brought_in=True,
        question="The message leaves out: " + ", ".join(name.replace("_", " ") for name in a.missing),
    )
    return replace(state.with_new(version), number=a.number)


def _accept(state: OrderRecord, a: Any, e: Entry) -> OrderRecord:
    return state.with_current(
        status=OrderStatus.VERIFIED if a.final else OrderStatus.SECOND_REVIEW,
        plan=a.plan,
        draw_up=a.draw_up,
        findings=a.findings,
        reasons={**state.current.reasons, **a.reasons},
        prescriber_confirmed=a.prescriber_confirmed or state.current.prescriber_confirmed,
        accepted_by=(*state.current.accepted_by, e.who) if a.final else (e.who,),
        accepted_at=e.at,
    )


def _answer(state: OrderRecord, a: Any, e: Entry) -> OrderRecord:
    order = Order.parse(a.order, kept=True)
    answered = state.with_current(answer=f"{a.answered_by}: {a.answer}")
    version = OrderVersion(
        len(state.versions) + 1,
        OrderStatus.CLINICAL_REVIEW,
        e.at,
        e.who,
        order,
        original=state.current.original,
        question=state.current.question,
        answer=f"{a.answered_by}: {a.answer}",
    )
    return answered.with_new(version)


def _to(status: OrderStatus) -> "Reader":
    return lambda state, a, e: state.with_current(status=status, reason=getattr(a, "reason", ""))


Reader = Callable[[OrderRecord, Any, Entry], OrderRecord]
_READERS: dict[str, Reader] = {
    "place": _place,
    "receive_incomplete": _incomplete,
    "accept": _accept,
    "clarify": lambda state, a, e: state.with_current(
        status=OrderStatus.CLARIFY, question=a.question, accepted_by=(), reasons={}, prescriber_confirmed=""
    ),
    "answer": _answer,
    "reject_order": _to(OrderStatus.REJECTED),
    "hold_order": _to(OrderStatus.HELD),
    "resume_order": _to(OrderStatus.VERIFIED),
    "discontinue": _to(OrderStatus.DISCONTINUED),
    "yield_doses": lambda state, a, e: replace(
        state if a.remake_of else state.with_current(yielded_until=a.until), doses=state.doses + len(a.dues)
    ),
    "ask_next_bag": lambda state, a, e: replace(state, doses=state.doses + 1),
}
