"""Lot numbers of batches and the numbers of their units: site, day, count, and a check digit so that a slip is caught."""

import re
from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from batch_records.store import Store
from compounding.batches.tables import BatchNumberRow
from compounding.preparing.numbering import check_digit

ATTEMPTS = 20
_LOT = r"[0-9]{2}-[0-9]{8}-[0-9]{2,3}-[0-9]"
_NUMBER = re.compile(rf"{_LOT}\Z")
_UNIT = re.compile(rf"(?:\]d2|\]C1|\]d1)?(?:98)?({_LOT})[Uu]([0-9]{{3}})\Z")
_SHEET = re.compile(rf"(?:\]d2|\]C1|\]d1)?(?:95|99)?({_LOT})\Z")


def lot_number(site: int, day: date, count: int) -> str:
    """Site 1, 14 April 2026 and 2 give `01-20260414-02-c`."""
    body = f"{site:02d}-{day:%Y%m%d}-{count:02d}"
    return f"{body}-{check_digit(body.replace('-', ''))}"


def is_lot_number(text: str) -> bool:
    """Whether a text is a lot number of a batch with the right check digit."""
    if not _NUMBER.match(text):
        return False
    body, _, check = text.rpartition("-")
    return check_digit(body.replace("-", "")) == check


def batch_record(number: str) -> str:
    """The id of a batch's record."""
    return f"batch-{number}"


def unit_number(number: str, serial: int) -> str:
    """`01-20260414-02-7U014`: one unit of a batch, as it is printed under its code."""
    return f"{number}U{serial:03d}"


def unit_code(number: str, serial: int) -> str:
    """What the label of a unit says to a scanner: `98` and its number."""
    return f"98{unit_number(number, serial)}"


def unit_scanned(code: str) -> tuple[str, int] | None:
    """Lot number and serial in a scan of a unit's label, or typed by hand; None for any other code."""
    found = _UNIT.match(code.strip())
    return (found[1], int(found[2])) if found is not None and is_lot_number(found[1]) else None


def batch_scanned(code: str) -> str:
    """The lot number in a scan of a batch's worksheet or record, of one of its units, or typed by hand; else empty."""
    unit, sheet = unit_scanned(code), _SHEET.match(code.strip())
    if unit is not None:
        return unit[0]
    return sheet[1] if sheet is not None and is_lot_number(sheet[1]) else ""


def next_lot_number(store: Store, site: int, key: str, at: datetime, offset_minutes: int) -> str:
    """The lot number of the batch that is asked for under `key`, counted on the site's day. The same key gets the same number."""
    day = (at + timedelta(minutes=offset_minutes)).date()
    begins = f"{site:02d}-{day:%Y%m%d}-"
    for _ in range(ATTEMPTS):
        try:
            with store.write() as uow:
                known = uow.session.execute(select(BatchNumberRow.number).where(BatchNumberRow.key == key)).scalar()
                if known is not None:
                    return str(known)
                given = select(func.max(BatchNumberRow.count)).where(BatchNumberRow.number.startswith(begins))
                count = int(uow.session.execute(given).scalar() or 0) + 1
                number = lot_number(site, day, count)
                uow.session.execute(insert(BatchNumberRow).values(number=number, key=key, count=count))
                uow.commit()
                return number
        except IntegrityError:
            continue
    raise RuntimeError("no lot number could be given: others took each one first")
