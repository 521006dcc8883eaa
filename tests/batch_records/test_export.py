import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from batch_records.acting import perform
from batch_records.checkpoint import Checkpoint, make_checkpoint, public_text, signature_holds, signing_key
from batch_records.export import compare_export, export_records
from batch_records.store import Store
from tests.support.records import EIGHT, MARLOW, OKONJO, SHEET, Sign, Write, an_act


@pytest.fixture
def exported(any_store: Store, tmp_path: Path) -> Path:
    for number in range(3):
        perform(any_store, SHEET, f"sheet-{number}", Write("5 µg drawn by Żaneta"), an_act(f"{number}/a"))
        perform(any_store, SHEET, f"sheet-{number}", Sign(), an_act(f"{number}/refused", OKONJO))
        perform(any_store, SHEET, f"sheet-{number}", Sign(), an_act(f"{number}/b", MARLOW))
    make_checkpoint(any_store, signing_key(tmp_path / "key.pem"), EIGHT)
    file = tmp_path / "records.zip"
    assert export_records(any_store, file) == 9
    return file


def stranger_checks(file: Path) -> tuple[int, str]:
    """Plain Python without this project or anything installed."""
    command = [sys.executable, "-I", "-S", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=file.parent, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def rewrite(file: Path, name: str, change: object) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts[name] = change(parts[name])  # type: ignore[operator]
    with zipfile.ZipFile(file, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)


def test_a_stranger_can_check_the_export_with_nothing_but_python(exported: Path, tmp_path: Path) -> None:
    code, said = stranger_checks(exported)
    assert code == 0
    assert "9 entries, 0 faults." in said
    assert public_text(signing_key(tmp_path / "key.pem")) in said


@pytest.mark.parametrize("column", ["who", "payload", "at", "station", "content", "key"])
def test_the_check_finds_any_changed_field(exported: Path, column: str) -> None:
    def change(data: bytes) -> bytes:
        lines = data.decode().splitlines()
        entry = json.loads(lines[4])
        entry[column] = entry[column].replace(entry[column][0], "x", 1)
        lines[4] = json.dumps(entry)
        return "\n".join(lines).encode()

    rewrite(exported, "entries.jsonl", change)
    code, said = stranger_checks(exported)
    assert code == 1
    assert "sheet-1 entry 2: was altered" in said


def test_the_check_finds_a_removed_and_a_cut_off_entry(exported: Path) -> None:
    rewrite(exported, "entries.jsonl", lambda data: b"\n".join(data.splitlines()[:-1]))
    code, said = stranger_checks(exported)
    assert code == 1
    assert "sheet-2 entry 3: is not the one in the signed list" in said


def test_the_signed_list_inside_holds_for_its_key(exported: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(exported) as archive:
        checkpoint = Checkpoint.from_text(archive.read("checkpoint.json").decode())
        assert archive.read("checkpoint.body").decode() == checkpoint.body
    assert signature_holds(checkpoint, public_text(signing_key(tmp_path / "key.pem")))
    assert not signature_holds(checkpoint, public_text(signing_key(tmp_path / "other.pem")))


def test_one_record_is_exported_alone_and_an_unknown_one_is_named(any_store: Store, exported: Path) -> None:
    assert export_records(any_store, exported, ["sheet-1"]) == 3
    assert stranger_checks(exported)[0] == 0
    with pytest.raises(KeyError, match="sheet-9"):
        export_records(any_store, exported, ["sheet-1", "sheet-9"])


def test_an_export_compares_equal_also_after_more_was_written(any_store: Store, exported: Path) -> None:
    perform(any_store, SHEET, "sheet-1", Write("later"), an_act("later"))
    assert compare_export(any_store, exported) == []


def test_an_export_of_another_history_differs(any_store: Store, exported: Path, tmp_path: Path) -> None:
    perform(any_store, SHEET, "sheet-new", Write("one"), an_act("new"))
    export_records(any_store, exported, ["sheet-new"])

    def of_another(data: bytes) -> bytes:
        return data.replace(b"sheet-new", b"sheet-old")

    rewrite(exported, "entries.jsonl", of_another)
    assert compare_export(any_store, exported) == ["sheet-old entry 1: was altered"]
