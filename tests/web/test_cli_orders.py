"""Orders from a file at the command line: every one ends visibly, under the name of the person who took it in."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batch_records.store import Store
from compounding.demonstration.orders import orders
from compounding.demonstration.patients import patients
from compounding.preparing.numbering import order_record
from tests.support.cast import MARLOW, NOON, OKONJO, Member
from tests.support.stores import PEPPER
from web.cli import sufficit

MESSAGES = Path(__file__).resolve().parents[1] / "conformance" / "messages" / "fhir_r4"


@pytest.fixture
def hospital(monkeypatch: pytest.MonkeyPatch, cast_store: Store, tmp_path: Path) -> Store:
    """A machine with the whole cast and a released formulary, at noon."""
    monkeypatch.setenv("SUFFICIT_DATA_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("SUFFICIT_DATABASE", f"sqlite:///{cast_store.url.database}")
    (tmp_path / "sign_on_key").write_text(PEPPER)
    monkeypatch.setattr("web.services.system_clock", lambda: NOON)
    return cast_store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with a patient and an order for them, in our own form."""
    ordered = orders(NOON)["pantoprazole"]
    described = [data for data in patients(NOON) if data["mrn"] == ordered["patient"]]
    path = tmp_path / "orders.json"
    path.write_text(json.dumps({"patients": described, "orders": [ordered]}))
    return path


def take_in(file: Path, member: Member = MARLOW, password: str = "") -> Result:
    """Run ``./sufficit orders import`` as one of the cast."""
    words = ["orders", "import", str(file), "--as", member.sign_on_name]
    return CliRunner().invoke(sufficit, words, input=f"{password or member.password}\n", catch_exceptions=False)


def numbers(output: str) -> list[str]:
    """The numbers of the orders that were placed."""
    return [line.rpartition(", ")[2] for line in output.splitlines() if ": placed, " in line]


def test_an_order_is_placed_under_the_name_of_who_took_it_in(hospital: Store, file: Path):
    result = take_in(file)
    assert result.exit_code == 0, result.output
    assert "2 read, 0 refused." in result.output
    (number,) = numbers(result.output)
    with hospital.read() as uow:
        first = uow.entries(order_record(number))[0]
    assert (first.who, first.station, first.at) == (MARLOW.person, "console", NOON)


def test_the_same_file_twice_places_one_order(hospital: Store, file: Path):
    assert numbers(take_in(file).output) == numbers(take_in(file).output)


def test_a_technician_places_nothing(hospital: Store, file: Path):
    result = take_in(file, OKONJO)
    assert result.exit_code == 1
    assert numbers(result.output) == []


def test_a_wrong_password_reads_nothing(hospital: Store, file: Path):
    result = take_in(file, password="a guess that is wrong")
    assert result.exit_code == 1
    assert "read," not in result.output


def test_a_completed_fhir_order_is_refused_with_the_reason(hospital: Store):
    result = take_in(MESSAGES / "MedicationRequest-medrx0301.json")
    assert result.exit_code == 1
    assert "refused, it is completed" in result.output


@pytest.mark.parametrize("content", [b"not json", b"[]", b'{"drugs": []}', b"\xff\xfe\x00"])
def test_a_file_that_is_no_order_file_is_said(hospital: Store, file: Path, content: bytes):
    file.write_bytes(content)
    with pytest.raises(Exception, match="expected"):
        take_in(file)


def test_the_record_keeps_the_sites_wall_clock(hospital: Store, file: Path):
    assert take_in(file).exit_code == 0
    with hospital.read() as uow:
        assert uow.entries(order_record("260414-0001"))[0].offset_minutes == -240
