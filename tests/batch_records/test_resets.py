"""A reset takes two people, and neither of them has what it takes to choose the person's secret."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from batch_records.acting import Done, Refused, perform
from batch_records.acts import Act, Actor, Refusal, SecretProof
from batch_records.people import PERSON, ChangeRoles, Disable, Register, load_person
from batch_records.people_resets import ASKED_FOR, CODE_LASTS, ConfirmReset
from batch_records.people_tables import ONE_TIME
from batch_records.person_secrets import PASSWORD, PIN, prove_secret
from batch_records.resets import confirm_reset, set_with_one_time, start_reset, waiting_resets
from batch_records.sessions import SignedOn, session_for, sign_on_with_badge
from batch_records.signatures import FRESH, verify_signature
from batch_records.store import Store
from tests.support.records import EIGHT, rows_of
from tests.support.staff import BADGE, OKONJO_PIN, Staff, confirmed_reset, second_person
from tests.support.stores import proof_of

OKONJO = "person-okonjo"


def refused(answer: object) -> str:
    refusal = answer.refusal if isinstance(answer, Refused) else answer
    assert isinstance(refusal, Refusal)
    return refusal.code


def ask(staff: Staff, person: str = OKONJO, reason: str = "PIN forgotten", key: str = "ask", at: datetime = EIGHT) -> object:
    return start_reset(staff.store, person, reason, Act(staff.novak, "desk-1", at, key))


def confirm(staff: Staff, by: Actor, key: str = "confirm", person: str = OKONJO, at: datetime = EIGHT) -> object:
    with staff.store.read() as uow:
        reset = load_person(uow, person).reset
    act = Act(by, "desk-2", at, key, proof=proof_of(by.person, at))
    return confirm_reset(staff.store, person, reset.number if reset else 0, act)


def choose(staff: Staff, code: str, pin: str = "2581", at: datetime = EIGHT, key: str = "choose") -> Actor | Refusal:
    return set_with_one_time(staff.store, code, {PIN: pin}, "desk-1", at, key)


def secrets_of(store: Store, person: str = OKONJO) -> set[str]:
    with store.read() as uow:
        return set(load_person(uow, person).secrets)


@pytest.fixture
def duarte(staff: Staff) -> Actor:
    return second_person(staff.store, staff.novak)


def test_two_people_and_the_person_concerned_set_secrets_anew(staff: Staff, duarte: Actor) -> None:
    first, second = ask(staff), confirm(staff, duarte)
    assert refused(prove_secret(staff.store, OKONJO, OKONJO_PIN, EIGHT)) == "wrong_secret"
    assert refused(choose(staff, f"{first}{second}", pin="1234")) == "weak_pin"
    assert isinstance(choose(staff, f" {str(first).upper()}  {second}"), Actor)
    assert isinstance(prove_secret(staff.store, OKONJO, "2581", EIGHT), SecretProof)


def test_nothing_ends_before_the_second_person_confirms_and_everything_then(staff: Staff, duarte: Actor) -> None:
    signed_on = sign_on_with_badge(staff.store, BADGE, OKONJO_PIN, "hood-1", "hood", EIGHT)
    assert isinstance(signed_on, SignedOn)
    ask(staff)
    assert session_for(staff.store, signed_on.token, EIGHT) is not None
    assert secrets_of(staff.store) == {PIN, PASSWORD}
    confirm(staff, duarte)
    assert session_for(staff.store, signed_on.token, EIGHT) is None
    assert secrets_of(staff.store) == set()


def test_neither_half_alone_opens_anything(staff: Staff, duarte: Actor) -> None:
    first, second = ask(staff), confirm(staff, duarte)
    for code in (first, second, f"{second}{first}", f"{first}{first}", f"{second}{second}"):
        assert refused(choose(staff, str(code))) == "one_time"


def test_the_code_works_once(staff: Staff, duarte: Actor) -> None:
    code = f"{ask(staff)}{confirm(staff, duarte)}"
    assert isinstance(choose(staff, code), Actor)
    assert refused(choose(staff, code, pin="1593", key="again")) == "one_time"


def test_the_code_ends_after_its_time(staff: Staff, duarte: Actor) -> None:
    code = f"{ask(staff)}{confirm(staff, duarte)}"
    assert refused(choose(staff, code, at=EIGHT + CODE_LASTS)) == "one_time"
    assert isinstance(choose(staff, code, at=EIGHT + CODE_LASTS - timedelta(seconds=1)), Actor)


def test_a_reset_that_nobody_confirmed_in_time_is_over(staff: Staff, duarte: Actor) -> None:
    ask(staff)
    with staff.store.read() as uow:
        assert [person for person, _ in waiting_resets(uow, EIGHT)] == [OKONJO]
        assert waiting_resets(uow, EIGHT + ASKED_FOR) == []
    assert refused(confirm(staff, duarte, at=EIGHT + ASKED_FOR)) == "no_reset"
    assert secrets_of(staff.store) == {PIN, PASSWORD}


def test_who_started_it_does_not_confirm_it(staff: Staff, duarte: Actor) -> None:
    ask(staff)
    assert refused(confirm(staff, staff.novak)) == "same_person"
    assert secrets_of(staff.store) == {PIN, PASSWORD}


def test_the_person_concerned_neither_starts_nor_confirms_it(staff: Staff, duarte: Actor) -> None:
    assert refused(ask(staff, staff.novak.person)) == "own_reset"
    ask(staff, duarte.person, key="duarte")
    assert refused(confirm(staff, duarte, person=duarte.person)) == "own_reset"


@pytest.mark.parametrize("role", ["technician", "nurse", "prescriber", "buyer", "quality"])
def test_a_person_without_the_right_role_is_no_second_person(staff: Staff, duarte: Actor, role: str) -> None:
    ask(staff)
    assert refused(confirm(staff, replace(duarte, roles=frozenset({role})))) == "not_allowed"


@pytest.mark.parametrize("role", ["technician", "pharmacist", "lead", "nurse"])
def test_only_an_administrator_starts_one(staff: Staff, duarte: Actor, role: str) -> None:
    asker = replace(duarte, roles=frozenset({role}))
    assert refused(start_reset(staff.store, OKONJO, "forgotten", Act(asker, "desk-1", EIGHT, "x"))) == "not_allowed"


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reset_needs_a_reason(staff: Staff, reason: str) -> None:
    assert refused(ask(staff, reason=reason)) == "no_reason"


def test_a_reset_of_somebody_disabled_or_unknown_is_refused(staff: Staff) -> None:
    perform(staff.store, PERSON, OKONJO, Disable("left"), Act(staff.novak, "desk-1", EIGHT, "off"))
    assert refused(ask(staff)) == "disabled"
    assert refused(ask(staff, "person-nobody", key="nobody")) == "unknown_person"


@pytest.mark.parametrize(
    "proof",
    [None, SecretProof("person-novak", EIGHT, PIN), SecretProof("person-duarte", EIGHT - 2 * FRESH, PIN)],
)
def test_confirming_takes_ones_own_fresh_secret(staff: Staff, duarte: Actor, proof: SecretProof | None) -> None:
    ask(staff)
    with staff.store.read() as uow:
        number = load_person(uow, OKONJO).reset.number
    answer = confirm_reset(staff.store, OKONJO, number, Act(duarte, "desk-2", EIGHT, "c", proof=proof))
    assert refused(answer) in {"secret_needed", "secret_stale"}
    assert secrets_of(staff.store) == {PIN, PASSWORD}


def test_a_reset_started_anew_ends_the_halves_before(staff: Staff, duarte: Actor) -> None:
    first, second = ask(staff), confirm(staff, duarte)
    newer = ask(staff, key="ask-2")
    assert refused(choose(staff, f"{first}{second}")) == "one_time"
    fresh = confirm(staff, duarte, key="confirm-2")
    assert refused(choose(staff, f"{first}{fresh}")) == "one_time"
    assert isinstance(choose(staff, f"{newer}{fresh}"), Actor)


def test_what_the_second_person_saw_is_what_is_confirmed(staff: Staff, duarte: Actor) -> None:
    ask(staff)
    ask(staff, key="ask-2", reason="another reason")
    with staff.store.read() as uow:
        newest = load_person(uow, OKONJO).reset.number
    act = Act(duarte, "desk-2", EIGHT, "c", proof=proof_of(duarte.person, EIGHT))
    assert refused(confirm_reset(staff.store, OKONJO, newest - 1, act)) == "other_reset"


def test_the_same_request_twice_gives_the_same_half_and_one_entry(staff: Staff, duarte: Actor) -> None:
    halves = {ask(staff), ask(staff)}, {confirm(staff, duarte), confirm(staff, duarte)}
    assert [len(half) for half in halves] == [1, 1]
    with staff.store.read() as uow:
        kinds = [entry.kind for entry in uow.entries(OKONJO)]
    assert kinds[-2:] == ["reset_asked", "reset_confirmed"]
    assert isinstance(choose(staff, "".join(str(half.pop()) for half in halves)), Actor)


def test_both_acts_are_entries_and_the_second_is_signed(staff: Staff, duarte: Actor) -> None:
    ask(staff)
    confirm(staff, duarte)
    with staff.store.read() as uow:
        asked, confirmed = uow.entries(OKONJO)[-2:]
    assert (asked.who, asked.payload) == (staff.novak.person, {"reason": "PIN forgotten"})
    assert confirmed.who == duarte.person
    content = {"person": OKONJO, "reset": asked.seq, "asked_by": staff.novak.person, "reason": "PIN forgotten"}
    assert verify_signature(confirmed.payload["signature"], OKONJO, content) == []


def test_neither_half_nor_the_code_is_stored(staff: Staff, duarte: Actor) -> None:
    halves = str(ask(staff)), str(confirm(staff, duarte))
    with staff.store.read() as uow:
        stored = str(rows_of(ONE_TIME, uow)) + str([entry.payload for entry in uow.entries(OKONJO)])
    for half in (*halves, "".join(halves), "".join(halves).replace("-", "")):
        assert half not in stored


def test_a_code_put_into_the_database_by_hand_opens_nothing(staff: Staff, duarte: Actor) -> None:
    code = confirmed_reset_of(staff, duarte)
    with staff.store.write() as uow:  # the code of the technician is moved to the administrator
        uow.session.execute(ONE_TIME.update().where(ONE_TIME.c.person == OKONJO).values(person=staff.novak.person))
        uow.commit()
    assert refused(choose(staff, code)) == "one_time"


def confirmed_reset_of(staff: Staff, duarte: Actor) -> str:
    return f"{ask(staff)}{confirm(staff, duarte)}"


def test_in_a_new_hospital_the_administrator_confirms_first_secrets_alone_until_somebody_else_can(staff: Staff) -> None:
    for number, role in enumerate(("nurse", "lead", "technician")):
        person, key = f"person-{number}", f"new-{number}"
        register = Register(f"New {number}", f"new.{number}", "", frozenset({role}))
        assert isinstance(perform(staff.store, PERSON, person, register, Act(staff.novak, "desk-1", EIGHT, key)), Done)
        code = f"{ask(staff, person, key=f'{key}/ask')}"
        half = confirm(staff, staff.novak, key=f"{key}/confirm", person=person)
        if role == "technician":
            assert refused(half) == "same_person"
        else:
            chosen = set_with_one_time(staff.store, f"{code}{half}", {PIN: "2581"}, "desk-1", EIGHT, f"{key}/set")
            assert isinstance(chosen, Actor)


def test_nobody_confirms_alone_for_somebody_who_had_secrets(staff: Staff) -> None:
    ask(staff)
    assert refused(confirm(staff, staff.novak)) == "same_person"


def test_taking_the_roles_of_all_others_does_not_bring_back_the_first_days(staff: Staff, duarte: Actor) -> None:
    act = Act(staff.novak, "desk-1", EIGHT, "strip")
    perform(staff.store, PERSON, duarte.person, ChangeRoles(frozenset({"nurse"}), "x"), act)
    perform(staff.store, PERSON, duarte.person, Disable("x"), replace(act, key="off"))
    ghost = Register("G. Host", "g.host", "RPh", frozenset({"pharmacist"}))
    perform(staff.store, PERSON, "person-ghost", ghost, replace(act, key="ghost"))
    ask(staff, "person-ghost", key="ghost-ask")
    assert refused(confirm(staff, staff.novak, person="person-ghost")) == "same_person"


def test_the_code_of_somebody_disabled_meanwhile_opens_nothing(staff: Staff) -> None:
    code = confirmed_reset(staff, EIGHT)
    perform(staff.store, PERSON, OKONJO, Disable("left"), Act(staff.novak, "desk-1", EIGHT, "off"))
    assert refused(choose(staff, code)) == "one_time"


def test_an_unknown_number_confirms_nothing(staff: Staff, duarte: Actor) -> None:
    answer = perform(staff.store, PERSON, OKONJO, ConfirmReset(3, "0" * 64), Act(duarte, "desk-2", EIGHT, "c"))
    assert refused(answer) == "no_reset"
