"""The one place where an `Act` is made: who, where, when and under which key, from the request."""

import re
from collections.abc import Iterable
from dataclasses import replace

from flask import request

from batch_records.acts import Act, Refusal, SecretProof
from batch_records.people import actor_for
from batch_records.person_secrets import prove_secret
from batch_records.sessions import typed_in
from calculations.errors import Fault, Faults
from web.errors import Refuse
from web.services import now, offset_minutes, services, store
from web.sessions import open_visitor
from web.stations import here

KEY_FIELD = "key"
OURS = frozenset({KEY_FIELD, "csrf_token"})
LONGEST_KEY = 100
_KEY = re.compile(rf"[A-Za-z0-9_.:\-]{{1,{LONGEST_KEY}}}")
"""Without / + #: the keys that the server makes itself hold one of them, so no client can use one up beforehand."""

_NEVER = re.compile("[\x00\ud800-\udfff]")
"""Characters that no record, no database and no paper holds."""


def client_key() -> str:
    """The key the page chose for what it asks; the same key is done once, however often it arrives.

    Raises Fault without one: a request that cannot be told from its repetition is not done.
    """
    key = request.form.get(KEY_FIELD, "") or request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise Fault(KEY_FIELD, key[:LONGEST_KEY], "the page's own key, 1 to 100 characters; load the page again")
    return key


def act(proof: SecretProof | None = None) -> Act:
    """The act of this request. Identity, place and time come from here and from nowhere else."""
    at = now()
    return Act(open_visitor().actor, here().id, at, client_key(), offset_minutes(at), proof, services().zone)


def looking() -> Act:
    """Who looks, where and when, for what is only shown or previewed: nothing is ever written under its key."""
    at = now()
    return Act(open_visitor().actor, here().id, at, "only looking", offset_minutes(at), zone=services().zone)


def act_with_secret(field: str = "secret") -> Act:
    """The act of this request with a fresh secret (PIN or password) proved. Raises Refuse when it is wrong or locked out."""
    proof = prove(open_visitor().actor.person, request.form.get(field, ""))
    if isinstance(proof, Refusal):
        raise Refuse(proof)
    return act(proof)


def prove(person: str, secret: str) -> SecretProof | Refusal:
    """Prove a secret that was typed in the open session: one's own, or a witness's. Wrong ones count against this session."""
    if not secret:
        return Refusal("wrong_secret", "Give the PIN or password: nothing is signed without it.", 403)
    proof = prove_secret(store(), person, secret, now(), typed_in(open_visitor().session))
    if isinstance(proof, Refusal) and proof.code == "wrong_secret":
        return replace(proof, text="The PIN or password is not right. Check it and try again.")
    return proof


def act_of_other(person: str, secret: str) -> Act:
    """The act of another person who stands here and gives their own secret in the open session: a witness, a second counter.

    Raises Refuse when it is wrong or locked out, or the person is not known.
    """
    proof = prove(person, secret)
    if isinstance(proof, Refusal):
        raise Refuse(proof)
    with store().read() as uow:
        actor = actor_for(uow, person)
    if actor is None:
        raise Refuse(Refusal("person_unknown", "This person is not known, or was disabled.", 403))
    at = now()
    return Act(actor, here().id, at, client_key(), offset_minutes(at), proof, services().zone)


def read_form(needed: Iterable[str], optional: Iterable[str] = ()) -> dict[str, str]:
    """The fields of the form that was sent: each of ``needed``, and those of ``optional`` that came.

    Raises Faults for a missing field, one that is sent twice, and one that this form does not have.
    """
    wanted, more = list(needed), set(optional)
    known = {*wanted, *more, *OURS}
    faults = [Fault(name, "nothing", "this field") for name in wanted if name not in request.form]
    faults += [
        Fault(name, "a field that this form does not have", "no such field")
        for name in request.form
        if name not in known
    ]
    faults += [
        Fault(name, "more than one value", "one value") for name in request.form if len(request.form.getlist(name)) > 1
    ]
    faults += [
        Fault(name, "a character that cannot be stored", "text and scanned codes")
        for name in request.form
        if _NEVER.search(request.form[name])
    ]
    if faults:
        raise Faults(faults)
    return {name: request.form[name] for name in (*wanted, *more) if name in request.form}
