"""Commands for people: the first administrator, who may sign on, new people, access taken and given back.

What changes anything is signed with the acting person's own password, asked for at the terminal: the console gives nobody
rights that they do not have on a page, with one loud exception for a hospital that is locked out (`recover`). It sets nobody's
PIN or password, except of the first administrator while nobody is registered. It may ask for a reset and confirm one, under the
same rules as the pages: two people, each with one half of the code, and the person concerned chooses alone on the page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from web.cli_help import Example

if TYPE_CHECKING:
    from batch_records.acts import Act
    from batch_records.people import PersonAction
    from batch_records.store import Store

CONSOLE = "console"
"""The station that acts from the command line are recorded under."""


@click.group(cls=Example.Group, example="./sufficit users list")
def users() -> None:
    """People who may sign on: list, add, disable, enable, reset (one asks, another confirms)."""


@contextmanager
def the_store() -> "Iterator[Store]":
    """The store of this machine."""
    from web.database import opened
    from web.settings import read_settings

    with opened(read_settings()) as store:
        yield store


def stop_if_refused(answer: object) -> None:
    """Ends the command with the refusal in words."""
    from batch_records.acting import Refused
    from batch_records.acts import Refusal

    refusal = answer.refusal if isinstance(answer, Refused) else answer
    if isinstance(refusal, Refusal):
        raise click.ClickException(refusal.text)


def act_as(store: "Store", sign_on_name: str) -> "Act":
    """The act of a person who proves their password now. Ends the command when it is wrong."""
    from batch_records.acts import Act, Refusal
    from batch_records.guesses import Typed
    from batch_records.people import actor_for, person_with_sign_on_name
    from batch_records.person_secrets import PASSWORD, try_secret
    from web.services import offset_in, system_clock
    from web.site import zone_of

    password = click.prompt(f"Password of {sign_on_name}", hide_input=True, err=True)
    at = system_clock()
    with store.read() as uow:
        person = person_with_sign_on_name(uow, sign_on_name)
    proof = try_secret(store, person, sign_on_name, PASSWORD, password, at, Typed(CONSOLE))
    stop_if_refused(proof)
    with store.read() as uow:
        actor = actor_for(uow, proof.person) if not isinstance(proof, Refusal) else None
    if actor is None or isinstance(proof, Refusal):
        raise click.ClickException("This account is disabled.")
    return Act(actor, CONSOLE, at, f"console-{uuid4()}", offset_in(zone_of(store), at), proof)


def person_named(store: "Store", sign_on_name: str) -> str:
    """The id behind a sign-on name. Ends the command when there is none."""
    from batch_records.people import person_with_sign_on_name

    with store.read() as uow:
        person = person_with_sign_on_name(uow, sign_on_name)
    if person is None:
        raise click.ClickException(f"Nobody has the sign-on name {sign_on_name}. See ./sufficit users list.")
    return person


def do(store: "Store", person: str, action: "PersonAction", act: "Act") -> None:
    """One change to one person. Ends the command with the refusal in words."""
    from batch_records.acting import perform
    from batch_records.people import PERSON

    stop_if_refused(perform(store, PERSON, person, action, act))


as_option = click.option("--as", "administrator", required=True, help="Your sign-on name; your password is asked for.")
reason_option = click.option("--reason", required=True, help="Why; kept in the record.")


@users.command("list", cls=Example.Command, example="./sufficit users list")
def list_users() -> None:
    """Everybody who was ever registered, with roles and whether they may sign on."""
    from batch_records.people import people

    with the_store() as store, store.read() as uow:
        for _, person in people(uow):
            access = "" if person.enabled else "  DISABLED"
            printed = " ".join(filter(None, (person.name, person.credentials)))
            print(f"{person.sign_on_name:20} {printed:30} {', '.join(sorted(person.roles))}{access}")


@users.command(cls=Example.Command, example='./sufficit users first a.novak --name "A. Novak"')
@click.argument("sign_on_name")
@click.option("--name", required=True, help="As it is printed.")
def first(sign_on_name: str, name: str) -> None:
    """Register the first administrator of a new hospital; the password is asked for. Works once."""
    from batch_records.people import ADMINISTRATOR, Register
    from batch_records.resets import first_administrator_secret, register_first_administrator
    from web.services import system_clock

    with the_store() as store:
        one_time = first_administrator_secret(store, system_clock())
        if one_time is None:
            raise click.ClickException("Somebody is registered already; an administrator adds others.")
        password = click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
        register = Register(name, sign_on_name, "", frozenset({ADMINISTRATOR}))
        stop_if_refused(register_first_administrator(store, one_time, register, password, CONSOLE, system_clock()))
    print(f"{name} may sign on as {sign_on_name}.")


@users.command(
    cls=Example.Command,
    example='./sufficit users add j.marlow --name "J. Marlow" --credentials RPh --role pharmacist --as a.novak',
)
@click.argument("sign_on_name")
@click.option("--name", required=True, help="As it is printed.")
@click.option("--credentials", default="", help="Printed after the name, such as RPh.")
@click.option("--role", "roles", multiple=True, required=True, help="May be given more than once.")
@as_option
def add(sign_on_name: str, name: str, credentials: str, roles: tuple[str, ...], administrator: str) -> None:
    """Register a person and print the first half of the code with which they choose their own secrets.

    A second person confirms with ./sufficit users confirm-reset, or on the page, and gets the other half.
    """
    from batch_records.people import Register

    with the_store() as store:
        act = act_as(store, administrator)
        person = f"person-{uuid4()}"
        do(store, person, Register(name, sign_on_name, credentials, frozenset(roles)), act)
        print_first_half(store, person, sign_on_name, "first secrets", act)


@users.command(cls=Example.Command, example='./sufficit users reset j.marlow --reason "PIN forgotten" --as a.novak')
@click.argument("sign_on_name")
@reason_option
@as_option
def reset(sign_on_name: str, reason: str, administrator: str) -> None:
    """Ask that a person may choose new secrets, and print the first half of their code. Nothing ends yet.

    A second person confirms with ./sufficit users confirm-reset, or on the page, and gets the other half.
    """
    with the_store() as store:
        act = act_as(store, administrator)
        print_first_half(store, person_named(store, sign_on_name), sign_on_name, reason, act)


def print_first_half(store: "Store", person: str, sign_on_name: str, reason: str, act: "Act") -> None:
    """Ask for a reset and show the first half of the code, once."""
    from dataclasses import replace

    from batch_records.resets import start_reset

    half = start_reset(store, person, reason, replace(act, key=f"{act.key}/reset"))
    stop_if_refused(half)
    print(f"First half of the code of {sign_on_name}, shown only now: {half}")
    print("A second person (administrator, lead or pharmacist) confirms within 24 hours and gets the other half.")


@users.command("confirm-reset", cls=Example.Command, example="./sufficit users confirm-reset j.marlow --as b.adeyemi")
@click.argument("sign_on_name")
@click.option("--as", "second", required=True, help="Your sign-on name; your password is asked for.")
def confirm(sign_on_name: str, second: str) -> None:
    """Confirm the reset that somebody else asked for, and print the second half of the code.

    The old PIN and password and all sessions of the person end at once.
    """
    from batch_records.people import load_person
    from batch_records.resets import confirm_reset

    with the_store() as store:
        act = act_as(store, second)
        person = person_named(store, sign_on_name)
        with store.read() as uow:
            reset = load_person(uow, person).reset
        half = confirm_reset(store, person, reset.number if reset else 0, act)
        stop_if_refused(half)
    print(f"Second half of the code of {sign_on_name}, shown only now: {half}")


@users.command(cls=Example.Command, example='./sufficit users recover a.novak --reason "all administrators left at once"')
@click.argument("sign_on_name")
@reason_option
def recover(sign_on_name: str, reason: str) -> None:
    """Last resort: let a person back in when nobody is left who may reset or confirm. Prints a one-time code.

    It asks for no password: who may read the server's own secret in the data directory may do it. The person gets access
    again and chooses new secrets at /people/choose-secrets within 24 hours; the old ones and all their sessions end now.
    The record tells it as done by the system at the server, and the pages of records and people say so for 90 days.
    """
    from batch_records.acts import Act
    from batch_records.people_resets import AT_SERVER
    from batch_records.recovering import recover as bring_back
    from web.services import offset_in, system_clock
    from web.site import zone_of

    with the_store() as store:
        at = system_clock()
        act = Act(AT_SERVER, CONSOLE, at, f"console-{uuid4()}", offset_in(zone_of(store), at))
        code = bring_back(store, person_named(store, sign_on_name), reason, act)
        stop_if_refused(code)
    print(f"One-time code of {sign_on_name}, shown only now: {code}")
    print("It is used within 24 hours at /people/choose-secrets. Every administrator is told.")


@users.command(cls=Example.Command, example='./sufficit users disable j.marlow --reason "has left" --as a.novak')
@click.argument("sign_on_name")
@reason_option
@as_option
def disable(sign_on_name: str, reason: str, administrator: str) -> None:
    """End a person's access at once; their records stay."""
    from batch_records.people import Disable

    with the_store() as store:
        act = act_as(store, administrator)
        do(store, person_named(store, sign_on_name), Disable(reason), act)
    print(f"{sign_on_name} can no longer sign on.")


@users.command(cls=Example.Command, example='./sufficit users enable j.marlow --reason "is back" --as a.novak')
@click.argument("sign_on_name")
@reason_option
@as_option
def enable(sign_on_name: str, reason: str, administrator: str) -> None:
    """Give a person access back."""
    from batch_records.people import Enable

    with the_store() as store:
        act = act_as(store, administrator)
        do(store, person_named(store, sign_on_name), Enable(reason), act)
    print(f"{sign_on_name} may sign on again.")


COMMANDS = (users,)
