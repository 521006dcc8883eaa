"""One row of a product or package file as a frozen value. What cannot be read is noted on the row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from calculations.errors import Fault
from formulary.directory.codes import package_code, product_code
from formulary.directory.values import ListedPackage, ListedProduct, Unread, parts_of

EXCLUDED_FLAGS = frozenset({"", "N", "Y", "E", "I", "U"})
SCHEDULES = frozenset({"", "CI", "CII", "CIII", "CIV", "CV"})
_SHOWN = 200
_KEY = re.compile(r"[0-9A-Za-z_.\-]{1,100}")
_DAY = re.compile(r"[0-9]{8}", re.ASCII)


@dataclass
class Row:
    """Where a row stands, and what of it could not be read."""

    file: str
    line: int
    unread: list[Unread] = field(default_factory=list)

    def note(self, name: str, found: str, expected: str) -> None:
        """A value that could not be read; the row stays without it."""
        self.unread.append(Unread(self.file, self.line, name, found[:_SHOWN] or "nothing", expected, True))

    def leave_out(self, name: str, found: str, expected: str) -> None:
        """What makes the whole row unusable."""
        self.unread.append(Unread(self.file, self.line, name, found[:_SHOWN] or "nothing", expected, False))


Values = Mapping[str, str]


def read_product(values: Values, row: Row) -> ListedProduct | None:
    """A product. None where it has no key, no code or no name; the reason is on the row."""
    product_id, ndc = values["PRODUCTID"], values["PRODUCTNDC"]
    name, generic = values.get("PROPRIETARYNAME", ""), values["NONPROPRIETARYNAME"]
    if not _KEY.fullmatch(product_id):
        row.leave_out("PRODUCTID", product_id, "the row's key: letters, digits, hyphens")
        return None
    try:
        code = product_code(ndc, "PRODUCTNDC")
    except Fault as fault:
        row.leave_out(fault.field, str(fault.found), fault.expected)
        return None
    if not name and not generic:
        row.leave_out("NONPROPRIETARYNAME", "", "a proprietary or nonproprietary name")
        return None
    _note_lists(values, row)
    return ListedProduct(
        product_id=product_id,
        ndc=ndc,
        code=code,
        kind=values["PRODUCTTYPENAME"],
        name=name,
        suffix=values.get("PROPRIETARYNAMESUFFIX", ""),
        generic=generic,
        form=values["DOSAGEFORMNAME"],
        routes=tuple(dict.fromkeys(route for route in parts_of(values.get("ROUTENAME", "")) if route)),
        started=_day(values, "STARTMARKETINGDATE", row),
        ended=_day(values, "ENDMARKETINGDATE", row),
        category=values.get("MARKETINGCATEGORYNAME", ""),
        application=values.get("APPLICATIONNUMBER", ""),
        labeler=values["LABELERNAME"],
        substances=values["SUBSTANCENAME"],
        strengths=values["ACTIVE_NUMERATOR_STRENGTH"],
        units=values["ACTIVE_INGRED_UNIT"],
        classes=values.get("PHARM_CLASSES", ""),
        schedule=_word(values, "DEASCHEDULE", SCHEDULES, row),
        excluded=_word(values, "NDC_EXCLUDE_FLAG", EXCLUDED_FLAGS, row),
        certified=_day(values, "LISTING_RECORD_CERTIFIED_THROUGH", row),
        line=row.line,
        file=row.file,
    )


def read_package(values: Values, row: Row, products: Mapping[str, ListedProduct]) -> ListedPackage | None:
    """A package of one of the products. None where it has no code, or belongs to none; the reason is on the row."""
    product_id, ndc = values["PRODUCTID"], values["NDCPACKAGECODE"]
    product = products.get(product_id)
    if product is None:
        row.leave_out("PRODUCTID", product_id, "a product of the product files")
        return None
    try:
        own, code = package_code(ndc, "NDCPACKAGECODE")
    except Fault as fault:
        row.leave_out(fault.field, str(fault.found), fault.expected)
        return None
    if own != product.ndc:
        row.leave_out("NDCPACKAGECODE", ndc, f"a code of the row's product, {product.ndc}")
        return None
    return ListedPackage(
        product_id=product_id,
        ndc=ndc,
        code=code,
        description=values["PACKAGEDESCRIPTION"],
        started=_day(values, "STARTMARKETINGDATE", row),
        ended=_day(values, "ENDMARKETINGDATE", row),
        excluded=_word(values, "NDC_EXCLUDE_FLAG", EXCLUDED_FLAGS, row),
        sample=_word(values, "SAMPLE_PACKAGE", frozenset({"", "N", "Y"}), row),
        line=row.line,
        file=row.file,
    )


def _note_lists(values: Values, row: Row) -> None:
    """Lists of unlike length are kept as they were written; no strength is given to a substance by guessing."""
    lengths = [
        len(parts_of(values[name])) for name in ("SUBSTANCENAME", "ACTIVE_NUMERATOR_STRENGTH", "ACTIVE_INGRED_UNIT")
    ]
    if len(set(lengths)) != 1:
        found = f"{lengths[0]} substances, {lengths[1]} strengths, {lengths[2]} units"
        row.note("SUBSTANCENAME", found, "three lists of one length; the texts are kept, nothing is paired")


def _day(values: Values, name: str, row: Row) -> date | None:
    text = values.get(name, "")
    if not text:
        return None
    if _DAY.fullmatch(text):
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            pass
    row.note(name, text, "a day as yyyymmdd")
    return None


def _word(values: Values, name: str, known: frozenset[str], row: Row) -> str:
    text = values.get(name, "")
    if text in known:
        return text
    row.note(name, text, "one of " + ", ".join(sorted(word for word in known if word)) + ", or nothing")
    return ""
