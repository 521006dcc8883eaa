"""What a convention says of osmoles and molar masses: factors per gram, per percent or per mEq, and other masses than ours."""

import re
from fractions import Fraction

from tests.conformance.case import Case
from tests.conformance.nutrition.conventions import NOT_COUNTED, NUMBER, WORDS, texts

_PER_PERCENT = re.compile(r"per (?:1 ?)?(?:%|percent)|/ ?(?:1 ?)?(?:%|percent)|per 1 ?%")
_ELECTROLYTES = r"electrolytes?|cations?|lytes|\bions?"
_MASS_KEYS = {"molar_mass", "molecular_weight", "mw", "molar mass", "formula_weight"}


def per_gram(case: Case, kind: str) -> Fraction | None:
    """mOsm per gram of a macronutrient, where the convention tells it."""
    found = _factor(case, WORDS[kind])
    return None if found is None else found[0] / (10 if found[1] else 1)


def per_electrolyte(case: Case) -> Fraction | None:
    """mOsm per mEq of electrolytes, where the convention tells it."""
    found = _factor(case, _ELECTROLYTES)
    return None if found is None or found[1] else found[0]


def molar_mass(case: Case, name: str) -> Fraction | None:
    """g/mol of a salt or of dextrose, where the convention counts with one of its own."""
    alone = len([one for one in case.inputs if one.lower() not in ("volume", "total")]) == 1
    for key, text in texts(case):
        bare = re.fullmatch(rf"{NUMBER}(?: ?g/mol)?.*", text)
        named = re.search(rf"{NUMBER} ?g/mol", text)
        if key in _MASS_KEYS and alone and bare:
            return Fraction(bare[1])
        own = key == name.lower() or any(
            f"{one} {name.lower()}" == key or f"{name.lower()}_{one}" == key for one in _MASS_KEYS
        )
        if own and (named or (key != name.lower() and bare)):
            return Fraction((named or bare)[1])  # type: ignore[index]
    return None


def _factor(case: Case, words: str) -> tuple[Fraction, bool] | None:
    """The number with a word, and whether it is per percent of it."""
    for key, text in texts(case):
        if re.fullmatch(words, key.replace("_", " ")) and NOT_COUNTED.search(text):
            return Fraction(0), False
        if "osm" not in f"{key} {text}":
            continue
        percent = _PER_PERCENT.search(f"{key.replace('_', ' ')} {text}") is not None
        if re.search(words, key.replace("_", " ")):
            first = re.search(NUMBER, text)
            if first is not None:
                return Fraction(first[1]), percent
        for part in re.split(r"[,;]| and ", text):
            found = re.search(rf"(?:{words})[^\d+]*?{NUMBER}", part) or re.search(
                rf"{NUMBER} ?mosm[^,;]*?(?:{words})", part
            )
            if found is not None:
                return Fraction(found[1]), percent
    return None
