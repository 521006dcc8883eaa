"""Check an exported set of records. Needs Python 3 and nothing else; run it as:  python3 records.zip

It reads entries.jsonl and checkpoint.json in the archive it stands in, computes every hash anew, and says what does
not fit. How the hash of an entry is made: SHA-256 of the JSON object of all its fields but ``hash``, keys sorted, no
spaces, UTF-8; ``payload`` is the text that was stored. The first entry of a record names 64 zeros as the one before.
"""

import hashlib
import json
import sys
import zipfile
from typing import Any


def entry_digest(entry: dict[str, Any]) -> str:
    """The hash that an entry must carry."""
    fields = {name: value for name, value in entry.items() if name != "hash"}
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def faults_in(lines: list[str], checkpoint: dict[str, Any] | None) -> list[str]:
    """What does not fit in these entries, one line each."""
    faults: list[str] = []
    ends: dict[str, list[str]] = {}
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            hashes = ends.setdefault(entry["record"], [])
            if entry["seq"] != len(hashes) + 1:
                faults.append(f"{entry['record']}: entry {len(hashes) + 1} is missing")
            elif entry["previous"] != (hashes[-1] if hashes else "0" * 64):
                faults.append(f"{entry['record']} entry {entry['seq']}: does not follow the one before")
            if entry_digest(entry) != entry["hash"]:
                faults.append(f"{entry['record']} entry {entry['seq']}: was altered")
            hashes.append(entry["hash"])
        except (ValueError, KeyError, TypeError):
            faults.append(f"line {number} is no entry")
    return faults + (_against(ends, checkpoint) if checkpoint else [])


def _against(ends: dict[str, list[str]], checkpoint: dict[str, Any]) -> list[str]:
    """Compare with the signed list of heads. A record that this archive does not hold is not missed."""
    faults = []
    for record, (seq, known) in json.loads(checkpoint["body"])["heads"].items():
        hashes = ends.get(record)
        if hashes is not None and (len(hashes) < seq or hashes[seq - 1] != known):
            faults.append(f"{record} entry {seq}: is not the one in the signed list")
    return faults


def main(archive: str) -> int:
    """Check an archive and print the outcome. 0 when all fits."""
    with zipfile.ZipFile(archive) as files:
        lines = files.read("entries.jsonl").decode().splitlines()
        checkpoint = json.loads(files.read("checkpoint.json")) if "checkpoint.json" in files.namelist() else None
    faults = faults_in(lines, checkpoint)
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write(f"{len(lines)} entries, {len(faults)} faults.\n")
    if checkpoint:
        sys.stdout.write(
            "The list of heads was signed with the key "
            + checkpoint["public_key"]
            + ".\nCompare it with the key the site has given you. To check the signature itself, unpack and run:\n"
            "openssl pkeyutl -verify -pubin -inkey public_key.pem -rawin -in checkpoint.body -sigfile checkpoint.sig\n"
        )
    else:
        sys.stdout.write("There is no signed list of heads: a record left out whole would not be noticed.\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[0]))
