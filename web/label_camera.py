"""Reading one of our labels from a picture of a phone's camera. The picture is looked at in memory and never kept."""

import threading
from collections import deque
from datetime import datetime, timedelta

import zxingcpp

from batch_records.acts import Refusal
from batch_records.pictures import upright
from compounding.documents.snapshots import label_issue, read_barcode
from compounding.preparing.numbering import is_dose_number

DISPENSING = "dispensing_label/1"
"""What the code of a dispensing label reads as; the one of a nutrition container carries the same identifier."""
LARGEST_PICTURE = 3_000_000
"""Bytes. The page sends pictures of at most 1,920 pixels a side, which are far smaller."""
MOST_PIXELS = 1920 * 1920
MOST_A_MINUTE = 150
"""Pictures of one person. A page that looks by itself sends at most 100 a minute."""
MINUTE = timedelta(minutes=1)

NO_CODE = "No code was found in the picture. Hold the square code of the label close, sharp and in the light."
NOT_OURS = "There is a code, but it is not the label of one of our preparations. Find the patient instead."
SEVERAL = "More than one of our labels is in the picture. Hold the phone closer to the one you mean."


class Pace:
    """How many pictures each person may send within a minute. Kept in memory: a restart forgets it."""

    def __init__(self, most: int = MOST_A_MINUTE) -> None:
        self.most = most
        self._sent: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def allows(self, person: str, at: datetime) -> bool:
        """Count one picture of this person; False when there were too many within the last minute."""
        with self._lock:
            self._forget(at)
            sent = self._sent.setdefault(person, deque())
            if len(sent) >= self.most:
                return False
            sent.append(at)
            return True

    def _forget(self, at: datetime) -> None:
        for person, sent in list(self._sent.items()):
            while sent and at - sent[0] >= MINUTE:
                sent.popleft()
            if not sent:
                del self._sent[person]


def codes_in(data: bytes) -> list[str]:
    """Every code in a picture, as a scanner would send it, without the symbology identifier.

    Raises Fault for what is no JPEG, PNG or WebP picture, or a larger one than the page sends.
    """
    picture = upright(data, LARGEST_PICTURE, MOST_PIXELS).convert("L")
    return [found.bytes.decode("utf-8", "replace") for found in zxingcpp.read_barcodes(picture)]


def number_of(code: str) -> str:
    """The dose number that a scan of one of our labels carries; empty for any other code."""
    read = read_barcode(code.strip().removeprefix("]d2").removeprefix("]C1"))
    number = read[1] if read else code.strip()
    return number if is_dose_number(number) else ""


def label_of(code: str) -> str | None:
    """Which dispensing label of its dose was scanned, ``2``, and ``0`` for one without a copy number; None for other codes."""
    bare = code.strip().removeprefix("]d2").removeprefix("]C1")
    read = read_barcode(bare)
    return str(label_issue(bare)) if read and read[0] == DISPENSING else None


def dose_in(data: bytes) -> tuple[str, str | None] | Refusal:
    """The number of the one dose whose label is in a picture, with which of its labels it is (`label_of`; of several the
    oldest), or why there is none. Raises Fault like `codes_in`."""
    codes = codes_in(data)
    numbers = {number for code in codes if (number := number_of(code))}
    if len(numbers) == 1:
        labels = [label for code in codes if (label := label_of(code)) is not None]
        return numbers.pop(), min(labels, key=int, default=None)
    if numbers:
        return Refusal("several_labels", SEVERAL, 422)
    return Refusal("not_ours", NOT_OURS, 422) if codes else Refusal("no_code", NO_CODE, 422)
