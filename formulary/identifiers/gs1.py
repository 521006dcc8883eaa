"""GS1 element strings: the data of a GS1 DataMatrix, GS1-128, GS1 DataBar or GS1 QR code, split exactly or refused.

The list of application identifiers (AI) and their formats comes from biip. The splitting is ours, because biip reads on
after a variable-length value that is too long, and does not fail a message for a wrong check digit inside it: here a
value that is not last and has no fixed length must end with FNC1 (which a scanner sends as the character GS, U+001D),
as the GS1 General Specifications, section 7.8, ask. Nothing is searched for inside a value: a lot that has swallowed a
date for want of FNC1 is read as that lot.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from calculations.errors import Fault
from formulary.identifiers.gs1_values import check_value

if TYPE_CHECKING:
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

FNC1 = "\x1d"
MAX_LENGTH = 3_116  # digits in the largest DataMatrix; no code a scanner can send is longer
MAX_ELEMENTS = 64

_ALLOWED = re.compile(r"[\x21-\x7e\x1d]+")
_SPELLED_FNC1 = re.compile(r"<(GS|FNC1|F1|RS|EOT)>|\\F|\^\]", re.IGNORECASE)
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)((?:[^(\\]|\\\()+)")


@dataclass(frozen=True)
class Element:
    """One application identifier with its value, as encoded."""

    ai: str
    value: str


def parse_elements(data: str, field: str = "scan") -> tuple[Element, ...]:
    """Split an element string (without symbology identifier) into its elements, in the order they stand.

    A separator after a fixed-length element, or a doubled one, is tolerated as the standard asks; a separator is needed
    after a variable-length element that is not last.

    Raises:
        Fault: unknown AI, a value that does not fit its AI, a wrong check digit, an impossible date, a character that
            GS1 data cannot hold, or FNC1 spelled out as text by the scanner.
    """
    _check_characters(data, field)
    elements: list[Element] = []
    rest = data
    while rest:
        if len(elements) == MAX_ELEMENTS:
            raise Fault(field, data, f"at most {MAX_ELEMENTS} elements")
        identifier = _identifier(rest[:4])
        if identifier is None:
            raise Fault(field, rest, "a GS1 application identifier here (is an FNC1 missing, or a value too long?)")
        value, rest = _take(identifier, rest, field)
        elements.append(Element(identifier.ai, value))
        rest = rest.lstrip(FNC1)
    return tuple(elements)


def parse_bracketed(text: str, field: str = "code") -> tuple[Element, ...]:
    r"""Read the human-readable form, `(01)09501101530003(10)AB\(1`: a bracket inside a value is written `\(`.

    Raises:
        Fault: not of that form, or a value that its AI does not allow.
    """
    if len(text) > MAX_LENGTH:
        raise Fault(field, text, f"at most {MAX_LENGTH} characters")
    found = list(_BRACKETED.finditer(text))
    if not found or len(found) > MAX_ELEMENTS or "".join(one.group() for one in found) != text:
        raise Fault(field, text, "(AI)value(AI)value")
    elements = []
    for one in found:
        value = one[2].replace("\\(", "(")
        identifier = _identifier(one[1])
        if identifier is None or identifier.ai != one[1]:
            raise Fault(field, one.group(), "a GS1 application identifier in brackets")
        _check_characters(value, field)
        taken, rest = _take(identifier, identifier.ai + value, field)
        if rest:
            raise Fault(field, one.group(), f"a value of the form {identifier.format}")
        elements.append(Element(identifier.ai, taken))
    return tuple(elements)


def encode(elements: Iterable[Element]) -> str:
    """The element string to put into a code: FNC1 only after an element without fixed length that is not last.

    Raises:
        Fault: an unknown AI.
    """
    text = ""
    for element in elements:
        identifier = _identifier(element.ai)
        if identifier is None or identifier.ai != element.ai:
            raise Fault("AI", element.ai, "a GS1 application identifier")
        text += element.ai + element.value + (FNC1 if identifier.separator_required else "")
    return text.removesuffix(FNC1)


def bracketed(elements: Iterable[Element]) -> str:
    """The human-readable form that is printed under a code."""
    return "".join(f"({one.ai}){one.value}" for one in elements)


def _check_characters(data: str, field: str) -> None:
    """Refuse what GS1 data cannot hold before anything is read from it."""
    if not data or len(data) > MAX_LENGTH:
        raise Fault(field, data, f"between 1 and {MAX_LENGTH} characters")
    if _ALLOWED.fullmatch(data) is None:
        raise Fault(field, data, "letters, digits and the signs that GS1 data may hold")
    if _SPELLED_FNC1.search(data):
        raise Fault(field, data, "FNC1 sent as the character GS, not spelled out: set the scanner up again")


def _take(identifier: "GS1ApplicationIdentifier", rest: str, field: str) -> tuple[str, str]:
    """The value of the element at the start of `rest`, and what follows it."""
    if identifier.separator_required:
        whole, _, after = rest.partition(FNC1)
        match = re.fullmatch(identifier.pattern, whole)
        length = len(whole)
    else:
        match = re.match(identifier.pattern.removesuffix("$"), rest)
        length = match.end() if match else 0
        after = rest[length:]
    if match is None:
        raise Fault(field, rest, f"{identifier.data_title} of the form {identifier.format}")
    value = rest[len(identifier.ai) : length]
    check_value(identifier.ai, value)
    return value, after


@lru_cache(maxsize=4_096)
def _identifier(start: str) -> "GS1ApplicationIdentifier | None":
    """The application identifier that data beginning with these (up to four) characters begins with."""
    # Loading biip takes a fifth of a second, and most commands read no barcode.
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    try:
        return GS1ApplicationIdentifier.extract(start)
    except ParseError:
        return None
