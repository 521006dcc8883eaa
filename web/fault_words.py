"""A fault of a form in a sentence that names its field as the page does."""

from calculations.errors import Fault

LABELS = {
    "expires": "Last day of use", "count": "How many", "moved": "How many", "damaged": "Of these damaged",
    "place": "Where it is put", "damaged_place": "Where damaged ones are put", "price": "Invoice price",
    "secret": "PIN or password", "since": "From", "until": "Until", "target": "To", "csrf_token": "This page",
    "reason": "Reason", "in_hand": "Your answer", "station": "Where this screen stands",
    "items": "What is ticked", "looked": "Your answer", "way": "Outcome",
}  # fmt: skip
"""What a field is called where its name in the form says less."""
UNSAID = ("", "nothing", None)
BARE = "a text"
DESCRIBED = ("a field that this form does not have", "more than one value", "a character that cannot be stored")
"""What was found is told in words of ours, not as it was typed."""


def in_a_sentence(label: str, found: object, expected: str) -> str:
    """As a form says it. That a text is missing needs no more words."""
    if found in UNSAID:
        return f"{label} is missing." if expected == BARE else f"{label} is missing: {expected}."
    if found in DESCRIBED:
        return f"{label}: {found}. Expected: {expected}."
    return f"{label}: “{str(found)[:60]}” is refused. Expected: {expected}."


def said(fault: Fault) -> str:
    """The fault of one field of a form in words; one with words of its own, or of a place in a file, as it says itself."""
    if type(fault) is not Fault or not fault.field.replace("_", "").isalnum():
        return str(fault)
    return in_a_sentence(LABELS.get(fault.field, fault.field.replace("_", " ").capitalize()), fault.found, fault.expected)
