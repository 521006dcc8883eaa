
import pytest

from batch_records.acting import Done, Refused, perform
from batch_records.acts import Act, Actor, Refusal, SecretProof
from batch_records.people import (
    PERSON,
    AssignBadge,
    ChangeRoles,
    Disable,
    Enable,
    PersonAction,
    Register,
    RevokeBadge,
    SetSecret,
    load_person,
    people,
)
from batch_records.people_resets import CODE_LASTS
from batch_records.people_tables import ATTEMPTS, ONE_TIME, SECRETS, SESSIONS
from batch_records.person_secrets import PASSWORD, PIN, badge_hash, change_secret, prove_secret
from batch_records.resets import first_administrator_secret, register_first_administrator
from batch_records.store import Store
from tests.support.records import EIGHT, rows_of
from tests.support.staff import BADGE, NOVAK_PASSWORD, OKONJO_PASSWORD, OKONJO_PIN, Staff

NOVAK = Register("A. Novak", "a.novak", "", frozenset({"administrator"}))


def do(store: Store, person: str, action: PersonAction, actor: Actor, key: str = "k") -> Done | Refused:
    return perform(store, PERSON, person, action, Act(actor, "desk-1", EIGHT, key))


def refused(answer: object) -> str:
    refusal = answer.refusal if isinstance(answer, Refused) else answer
    assert isinstance(refusal, Refusal)
    return refusal.code


def test_a_fresh_system_has_nobody_and_its_one_time_secret_works_once(any_store: Store) -> None:
    store = any_store
    secret = first_administrator_secret(store, EIGHT)
    assert secret is not None
    first = register_first_administrator(store, secret, NOVAK, NOVAK_PASSWORD, "server", EIGHT)
    assert isinstance(first, Actor)
    second = Register("B. Other", "b.other", "", frozenset())
    assert refused(register_first_administrator(store, secret, second, NOVAK_PASSWORD, "server", EIGHT)) == "one_time"
    assert first_administrator_secret(store, EIGHT) is None
    assert isinstance(prove_secret(store, first.person, NOVAK_PASSWORD, EIGHT), SecretProof)
    with store.read() as uow:
        assert [person.name for _, person in people(uow)] == ["A. Novak"]


@pytest.mark.parametrize("secret", ["", "guess"])
def test_a_wrong_or_expired_one_time_secret_makes_no_administrator(store: Store, secret: str) -> None:
    real = first_administrator_secret(store, EIGHT)
    late = EIGHT + CODE_LASTS
    assert refused(register_first_administrator(store, secret, NOVAK, NOVAK_PASSWORD, "server", EIGHT)) == "one_time"
    assert refused(register_first_administrator(store, real or "", NOVAK, NOVAK_PASSWORD, "server", late)) == "one_time"


def test_an_unfit_first_registration_does_not_use_up_the_one_time_secret(store: Store) -> None:
    secret = first_administrator_secret(store, EIGHT) or ""
    assert refused(register_first_administrator(store, secret, NOVAK, "short", "server", EIGHT)) == "weak_password"
    assert isinstance(register_first_administrator(store, secret, NOVAK, NOVAK_PASSWORD, "server", EIGHT), Actor)


def test_only_an_administrator_registers_and_an_id_is_never_used_again(staff: Staff) -> None:
    other = Register("L. Amari", "l.amari", "CPhT", frozenset({"technician"}))
    assert refused(do(staff.store, "person-amari", other, staff.okonjo)) == "not_allowed"
    assert refused(do(staff.store, staff.okonjo.person, other, staff.novak, "k2")) == "id_in_use"
    assert isinstance(do(staff.store, "person-amari", other, staff.novak, "k3"), Done)


def test_a_sign_on_name_is_never_given_twice_even_of_a_disabled_person(staff: Staff) -> None:
    do(staff.store, staff.okonjo.person, Disable("left"), staff.novak)
    again = Register("Other", "t.okonjo", "", frozenset({"technician"}))
    assert refused(do(staff.store, "person-other", again, staff.novak, "k2")) == "taken"


@pytest.mark.parametrize(
    ("register", "code"),
    [
        (Register("", "x.y", "", frozenset({"nurse"})), "name"),
        (Register("X", "X Y", "", frozenset({"nurse"})), "sign_on_name"),
        (Register("X", "x.y", "", frozenset()), "roles"),
        (Register("X", "x.y", "", frozenset({"system"})), "roles"),
    ],
)
def test_an_unfit_registration_is_refused(staff: Staff, register: Register, code: str) -> None:
    assert refused(do(staff.store, "person-x", register, staff.novak)) == code


def test_nobody_changes_their_own_roles_or_ends_their_own_access(staff: Staff) -> None:
    own = staff.novak.person
    assert refused(do(staff.store, own, ChangeRoles(frozenset({"pharmacist"}), "x"), staff.novak, "a")) == "own_roles"
    assert refused(do(staff.store, own, Disable("x"), staff.novak, "b")) == "own_access"


def test_an_administrator_cannot_set_the_secret_of_another(staff: Staff) -> None:
    assert refused(do(staff.store, staff.okonjo.person, SetSecret(PIN, "0" * 64), staff.novak)) == "not_own_secret"
    stolen = SecretProof(staff.novak.person, EIGHT, PASSWORD)
    answer = change_secret(staff.store, PIN, "2580", Act(staff.okonjo, "desk-1", EIGHT, "k"), stolen)
    assert refused(answer) == "not_own_secret"


@pytest.mark.parametrize("action", [ChangeRoles(frozenset({"nurse"}), " "), RevokeBadge(""), Disable("")])
def test_what_takes_something_away_needs_a_reason(staff: Staff, action: PersonAction) -> None:
    assert refused(do(staff.store, staff.okonjo.person, action, staff.novak)) == "no_reason"


def test_unknown_persons_and_empty_changes_are_refused(staff: Staff) -> None:
    assert refused(do(staff.store, "person-nobody", Enable("x"), staff.novak, "a")) == "unknown_person"
    assert refused(do(staff.store, staff.okonjo.person, Enable("x"), staff.novak, "b")) == "no_change"


def test_a_badge_belongs_to_one_person_for_ever(staff: Staff) -> None:
    do(staff.store, staff.okonjo.person, RevokeBadge("lost"), staff.novak, "a")
    again = AssignBadge(badge_hash(staff.store, BADGE))
    assert refused(do(staff.store, staff.novak.person, again, staff.novak, "b")) == "taken"


def test_pin_and_password_prove_the_person_and_nothing_else_does(staff: Staff) -> None:
    person = staff.okonjo.person
    assert prove_secret(staff.store, person, OKONJO_PIN, EIGHT) == SecretProof(person, EIGHT, PIN)
    assert prove_secret(staff.store, person, OKONJO_PASSWORD, EIGHT) == SecretProof(person, EIGHT, PASSWORD)
    for wrong in ("", "0000", NOVAK_PASSWORD, OKONJO_PIN + " "):
        assert refused(prove_secret(staff.store, person, wrong, EIGHT)) == "wrong_secret"


def test_no_secret_or_badge_is_stored_as_typed(staff: Staff) -> None:
    with staff.store.read() as uow:
        stored = str([rows_of(table, uow) for table in (SECRETS, SESSIONS, ATTEMPTS, ONE_TIME)])
        stored += str([uow.entries(person) for person, _ in people(uow)])
    for secret in (OKONJO_PIN, OKONJO_PASSWORD, NOVAK_PASSWORD, BADGE):
        assert repr(secret) not in stored


def test_a_hash_swapped_in_the_database_opens_nothing(staff: Staff) -> None:
    with staff.store.write() as uow:
        mine = SECRETS.c.person == staff.okonjo.person
        novaks = SECRETS.select().where(SECRETS.c.person == staff.novak.person)
        swapped = uow.session.execute(novaks).one().hash
        uow.session.execute(SECRETS.update().where(mine, SECRETS.c.method == PASSWORD).values(hash=swapped))
        uow.commit()
    assert refused(prove_secret(staff.store, staff.okonjo.person, NOVAK_PASSWORD, EIGHT)) == "wrong_secret"


def test_a_disabled_person_proves_nothing(staff: Staff) -> None:
    do(staff.store, staff.okonjo.person, Disable("left"), staff.novak)
    assert refused(prove_secret(staff.store, staff.okonjo.person, OKONJO_PIN, EIGHT)) == "wrong_secret"


@pytest.mark.parametrize("pin", ["123", "1111", "4567", "9876", "12a4", "١٢٣٤", ""])
def test_a_weak_pin_is_refused(staff: Staff, pin: str) -> None:
    act = Act(staff.okonjo, "desk-1", EIGHT, "k")
    proof = SecretProof(staff.okonjo.person, EIGHT, PASSWORD)
    assert refused(change_secret(staff.store, PIN, pin, act, proof)) == "weak_pin"


def test_a_store_without_the_servers_secret_signs_nobody_on(staff: Staff, sqlite_url: str) -> None:
    without = Store.open(sqlite_url)
    with pytest.raises(RuntimeError, match="server's secret"):
        prove_secret(without, staff.okonjo.person, OKONJO_PIN, EIGHT)
    without.close()


def test_the_person_is_what_the_entries_tell(staff: Staff) -> None:
    do(staff.store, staff.okonjo.person, ChangeRoles(frozenset({"lead"}), "promoted"), staff.novak)
    with staff.store.read() as uow:
        person = load_person(uow, staff.okonjo.person)
    assert (person.name, person.roles, person.enabled) == ("T. Okonjo", {"lead"}, True)


@pytest.mark.parametrize("name", ["T. Okonjo", "t. okonjo", " T.  Okonjo ", "\uff34. Okonjo"])
def test_a_second_account_under_a_printed_name_that_is_taken_is_refused(staff, name):
    register = Register(name, "t.okonjo2", "RPh", frozenset({"pharmacist"}))
    answer = perform(staff.store, PERSON, "person-second", register, Act(staff.novak, "desk-1", EIGHT, "second"))
    assert isinstance(answer, Refused)
    assert answer.refusal.code == "taken"
