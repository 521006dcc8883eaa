from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from batch_records.acts import Refusal, SecretProof
from batch_records.entries import Entry, canonical, digest
from batch_records.signatures import FRESH, Signature, entry_signature_faults, sign, verify_signature
from tests.support.records import EIGHT, MARLOW, an_act

CONTENT = {"drug": "cefazolin", "volume": {"value": "10", "unit": "mL"}}
PROOF = SecretProof(MARLOW.person, EIGHT, "PIN")


def signed() -> Signature:
    signature = sign(an_act("a", MARLOW, proof=PROOF), "Checked by", "dose-1", CONTENT)
    assert isinstance(signature, Signature)
    return signature


def test_a_signature_shows_who_when_and_what_for() -> None:
    signature = signed()
    assert (signature.name, signature.credentials, signature.meaning) == ("J. Marlow", "RPh", "Checked by")
    assert signature.at == "2026-03-01T08:00:00.000000Z"
    assert verify_signature(signature.as_data(), "dose-1", CONTENT) == []


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        (None, "secret_needed"),
        (replace(PROOF, person="person-duarte"), "secret_needed"),
        (replace(PROOF, at=EIGHT - FRESH - timedelta(seconds=1)), "secret_stale"),
        (replace(PROOF, at=EIGHT + timedelta(seconds=1)), "secret_stale"),
    ],
)
def test_signing_needs_the_persons_own_secret_given_now(proof: SecretProof | None, code: str) -> None:
    answer = sign(an_act("a", MARLOW, proof=proof), "Checked by", "dose-1", CONTENT)
    assert isinstance(answer, Refusal)
    assert answer.code == code


def test_any_change_of_the_content_voids_the_signature() -> None:
    assert verify_signature(signed(), "dose-1", {**CONTENT, "drug": "cefazolim"}) == [
        "the content is not what was signed"
    ]


def test_a_signature_copied_to_another_record_does_not_hold() -> None:
    assert verify_signature(signed(), "dose-2", CONTENT) == ["the signature belongs to record dose-1"]


@pytest.mark.parametrize("field", [name for name in Signature.__dataclass_fields__ if name != "seal"])
def test_every_particular_of_a_signature_is_sealed(field: str) -> None:
    changed = replace(signed(), **{field: digest(canonical("other"))})
    assert "the signature's own particulars were changed" in verify_signature(changed, "dose-1", CONTENT)


def test_a_signature_with_a_part_missing_does_not_hold() -> None:
    data = signed().as_data()
    del data["meaning"]
    assert verify_signature(data, "dose-1", CONTENT) == ["the signature lacks a part or has one too many"]


def entry_with(signature: Signature, **changes: Any) -> Entry:
    entry = Entry("dose-1", 4, "release", 1, MARLOW.person, "desk-1", EIGHT, 0, {"signature": signature.as_data()}, "a")
    return replace(entry, station=signature.station, **changes)


def test_the_signature_of_an_entry_is_its_own() -> None:
    assert entry_signature_faults(entry_with(signed())) == []
    assert entry_signature_faults(replace(entry_with(signed()), payload={"volume": "1"})) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"record": "dose-2"}, "its signature is of another record"),
        ({"who": "person-okonjo"}, "its signature is of another person"),
        ({"at": EIGHT + timedelta(minutes=1)}, "its signature is of another at"),
        ({"station": "hood-9"}, "its signature is of another station"),
    ],
)
def test_a_signature_put_under_another_entry_is_found(changes: dict[str, Any], fault: str) -> None:
    assert entry_signature_faults(replace(entry_with(signed()), **changes)) == [fault]


def test_a_signature_whose_own_particulars_were_changed_is_found() -> None:
    changed = replace(signed(), meaning="Destroyed by")
    assert entry_signature_faults(entry_with(changed)) == ["the signature's own particulars were changed"]
