"""The NDC directory at the command line: files or an archive, the report in words, everything or nothing."""

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batch_records.acting import load
from batch_records.store import Store
from calculations.errors import Fault, Faults
from formulary.directory.opening import opened
from formulary.directory.record import DIRECTORY, DIRECTORY_RECORD, DirectoryRecord
from tests.support.cast import MARLOW, NOON, OKONJO, Member
from tests.support.ndc_files import UGLY_FILES
from tests.support.stores import PEPPER
from web.cli import sufficit


@pytest.fixture
def hospital(monkeypatch: pytest.MonkeyPatch, cast_store: Store, tmp_path: Path) -> Store:
    """A machine with the whole cast, at noon."""
    monkeypatch.setenv("SUFFICIT_DATA_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("SUFFICIT_DATABASE", f"sqlite:///{cast_store.url.database}")
    (tmp_path / "sign_on_key").write_text(PEPPER)
    monkeypatch.setattr("web.services.system_clock", lambda: NOON)
    return cast_store


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The small directory as files."""
    for name, raw in UGLY_FILES:
        (tmp_path / name).write_bytes(raw)
    return [tmp_path / name for name, _ in UGLY_FILES]


def take_in(files: list[Path], member: Member = MARLOW, password: str = "") -> Result:
    """Run ``./sufficit ndc import`` as one of the cast."""
    words = ["ndc", "import", *map(str, files), "--as", member.sign_on_name]
    return CliRunner().invoke(sufficit, words, input=f"{password or member.password}\n", catch_exceptions=False)


def record(store: Store) -> DirectoryRecord:
    """The directory's record."""
    with store.read() as uow:
        return load(uow, DIRECTORY, DIRECTORY_RECORD)


def test_the_files_become_the_directory_under_the_name_of_who_took_them_in(hospital: Store, files: list[Path]):
    result = take_in(files)
    assert result.exit_code == 0, result.output
    assert "7 products and 5 packages are the directory now; 10 rows left out." in result.output
    assert "product.txt, line 7, PRODUCTNDC: found 99999-01O6, expected labeler and product" in result.output
    assert "the row is in, without this value" in result.output
    (taken,) = record(hospital).imports
    assert (taken.who, taken.at) == (MARLOW.person, NOON)


def test_the_archive_of_the_fda_is_taken_as_it_is_without_its_copies_for_a_spreadsheet(
    hospital: Store, files: list[Path], tmp_path: Path
):
    archive = tmp_path / "ndctext.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in files:
            packed.write(path, f"ndc/{path.name}")
            packed.write(path, f"ndc/{path.stem}.xls")
    assert take_in([archive]).exit_code == 0
    assert {file.name for file in record(hospital).imports[0].told.files} == {path.name for path in files}


def test_the_same_files_twice_are_one_import(hospital: Store, files: list[Path]):
    take_in(files)
    again = take_in(files)
    assert again.exit_code == 1
    assert "These very files are the directory already" in again.output
    assert len(record(hospital).imports) == 1


def test_a_technician_and_a_wrong_password_take_in_nothing(hospital: Store, files: list[Path]):
    assert take_in(files, OKONJO).exit_code == 1
    assert take_in(files, password="not the phrase of anybody").exit_code == 1
    assert record(hospital).imports == ()


def test_a_file_that_is_no_directory_is_named_before_any_password(hospital: Store, files: list[Path], tmp_path: Path):
    (tmp_path / "letter.txt").write_text("Dear Sir")
    with pytest.raises(Faults, match=r"letter\.txt"):
        take_in([*files, tmp_path / "letter.txt"])
    assert record(hospital).imports == ()


@pytest.mark.parametrize("content", ["none", "broken"])
def test_an_archive_that_holds_no_text_or_is_broken_is_refused(hospital: Store, tmp_path: Path, content: str):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("product.txt" if content == "broken" else "product.pdf", b"0123456789" * 100)
    if content == "broken":
        raw = bytearray(archive.read_bytes())
        raw[60:70] = b"x" * 10
        archive.write_bytes(bytes(raw))
    with pytest.raises(Fault, match=r"a\.zip"):
        take_in([archive])


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_whose_packed_bytes_are_harmed_is_refused_in_words(tmp_path: Path, packing: int):
    archive = tmp_path / "harmed.zip"
    with zipfile.ZipFile(archive, "w", packing) as packed:
        packed.writestr("product.txt", "".join(f"{number}\t" for number in range(2_000)))
    raw = bytearray(archive.read_bytes())
    raw[60:90] = b"\xa5" * 30
    archive.write_bytes(bytes(raw))
    with pytest.raises(Fault, match="cannot be read"):
        opened([archive])


def test_an_archive_with_a_name_in_no_alphabet_is_refused_in_words(tmp_path: Path):
    archive = tmp_path / "named.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("productä.txt", "0")
    archive.write_bytes(archive.read_bytes().replace("ä".encode(), b"\xff\xff"))
    with pytest.raises(Fault, match="cannot be read"):
        opened([archive])


def test_an_archive_that_unpacks_to_too_much_is_refused(
    hospital: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("formulary.directory.opening.LARGEST", 1000)
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("product.txt", b"0" * 2_000_000)
    assert archive.stat().st_size < 10_000
    with pytest.raises(Fault, match="too much"):
        take_in([archive])
