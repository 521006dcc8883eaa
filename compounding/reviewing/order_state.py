"""An order with all its versions, as its entries tell it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from batch_records.acts import SYSTEM
from batch_records.entries import Entry
from batch_records.people_names import one_spelling
from compounding.orders.order import Order
from compounding.planning.plan import DrawUpPlan, TherapeuticPlan
from compounding.planning.plan_data import from_data
from compounding.reviewing.actions import ACTIONS, Confirmation
from compounding.reviewing.comparing import given_alike, made_alike
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
    confirmation: Confirmation | None = None
    """None where a name was only typed, as it was once."""
    accepted_by: tuple[str, ...] = ()
    accepted_at: datetime | None = None
    question: str = ""
    answer: str = ""
    reason: str = ""
    yielded_until: datetime | None = None
    brought_in: bool = False
    """It came with a file or message; who ordered is only the prescriber that it names."""
    patient_entries: int = 0
    """How many entries the patient's record had at acceptance; 0 where that was not kept."""
    again_of: int = 0
    """The version whose content this one repeats, for a new review; 0 for one of its own."""
    again_reason: str = ""
    again_by: str = ""
    accepted_offset: int = 0
    """How many minutes the site's clock was from UTC at acceptance."""
    doses: int = 0
    """Doses yielded by this version."""

    @property
    def was_in_force(self) -> bool:
        """Whether as many pharmacists accepted it as its findings ask for, so that it was carried out."""
        hard = any(finding["grade"] == "hard" for finding in self.findings)
        return self.plan is not None and self.accepted_at is not None and len(self.accepted_by) > int(hard)

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

    @property
    def standing(self) -> frozenset[int]:
        """The versions whose doses stand: the current one, and those it repeats that are made in exactly the same way.

        Of an alternative that began or ended in between, what was begun before is finished and given as it was planned: it is
        no worse for that, and the means are short. While a repeated version waits for its review nothing of them may go on,
        and nothing is fetched back either.
        """
        return self._repeated(lambda now, before: made_alike(now.plan, before.plan) or _another_way(now, before))

    @property
    def alike(self) -> frozenset[int]:
        """The versions whose doses are begun as those of the current one: made in exactly the same way."""
        return self._repeated(lambda now, before: made_alike(now.plan, before.plan))

    def _repeated(self, stands: "Callable[[OrderVersion, OrderVersion], bool]") -> frozenset[int]:
        version, found = self.current, {self.current.number}
        while version.again_of:
            before = self.versions[version.again_of - 1]
            if version.plan is not None and not stands(version, before):
                break
            found.add(before.number)
            version = before
        return frozenset(found)

    def with_current(self, **changes: Any) -> "OrderRecord":
        return replace(self, versions=(*self.versions[:-1], replace(self.current, **changes)))

    def with_new(self, version: OrderVersion) -> "OrderRecord":
        """A newer version; a live one before it is superseded, a closed one stays what it was."""
        before = self.versions
        if before and before[-1].status in LIVE:
            before = (*before[:-1], replace(before[-1], status=OrderStatus.SUPERSEDED))
        return replace(self, versions=(*before, version))


def _another_way(now: OrderVersion, before: OrderVersion) -> bool:
    """Whether nothing but an alternative began or ended: the system asked for the review, and the therapy is the same."""
    return now.again_by == SYSTEM.person and given_alike(now.plan, before.plan)


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
    accepted = state.with_current(
        status=OrderStatus.VERIFIED if a.final else OrderStatus.SECOND_REVIEW,
        plan=a.plan,
        draw_up=a.draw_up,
        findings=a.findings,
        reasons={**state.current.reasons, **a.reasons},
        prescriber_confirmed=a.prescriber_confirmed or state.current.prescriber_confirmed,
        confirmation=a.confirmation or state.current.confirmation,
        accepted_by=(*state.current.accepted_by, e.who) if a.final else (e.who,),
        accepted_at=e.at,
        patient_entries=a.patient_entries,
        accepted_offset=e.offset_minutes,
    )
    again = state.current.again_of
    return accepted if not again or again in accepted.alike else accepted.with_current(yielded_until=None)


def _again(state: OrderRecord, reason: str, e: Entry) -> OrderRecord:
    """The same content as a new version. Whoever typed the first one still typed it."""
    before = state.current
    version = OrderVersion(
        len(state.versions) + 1, OrderStatus.CLINICAL_REVIEW, e.at, before.placed_by, before.order,
        original=before.original, brought_in=before.brought_in, yielded_until=before.yielded_until,
        again_of=before.number, again_reason=reason, again_by=e.who,
    )  # fmt: skip
    return state.with_new(version)


def _resume(state: OrderRecord, a: Any, e: Entry) -> OrderRecord:
    if a.changed:
        return _again(state, "; ".join(a.changed), e)
    return state.with_current(status=OrderStatus.VERIFIED, reason="")


def _more_doses(state: OrderRecord, number: int) -> OrderRecord:
    return replace(state.with_current(doses=state.current.doses + number), doses=state.doses + number)


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
        status=OrderStatus.CLARIFY, question=a.question, accepted_by=(), reasons={}, prescriber_confirmed="",
        confirmation=None,
    ),
    "answer": _answer,
    "reject_order": _to(OrderStatus.REJECTED),
    "hold_order": _to(OrderStatus.HELD),
    "resume_order": _resume,
    "review_again": lambda state, a, e: _again(state, a.reason, e),
    "discontinue": _to(OrderStatus.DISCONTINUED),
    "yield_doses": lambda state, a, e: _more_doses(
        state if a.remake_of else state.with_current(yielded_until=a.until), len(a.dues)
    ),
    "ask_next_bag": lambda state, a, e: _more_doses(state, 1),
}
