"""What a case's convention says of energy, nitrogen, anhydrous glucose and calcium gluconate, and what holds without it.

Without a convention: dextrose 3.4 kcal/g as counted (US label), glucose 4 kcal/g anhydrous (European label), amino
acids 4, lipid 10 (11 for a 10 % emulsion, 1.1 kcal/mL); nitrogen amino acids ÷ 6.25; a glucose rate uncorrected;
calcium gluconate 4.65 mEq per gram, by its label.
"""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from tests.conformance.case import Case
from tests.conformance.nutrition.names import AMINO_ACIDS, CARBOHYDRATE, LIPID, nutrient

NUMBER = r"(\d+(?:\.\d+)?)"
WORDS = {
    AMINO_ACIDS: r"amino[ _]acids?|protein|\baa\b",
    CARBOHYDRATE: r"dextrose|glucose|carbohydrate",
    LIPID: r"lipid|fat\b|\bile\b|emulsion",
}
"""How texts call each macronutrient."""
_PER_ML = {Fraction(10): Fraction("1.1"), Fraction(20): Fraction(2), Fraction(30): Fraction(3)}
"""Percent of an emulsion → kcal/mL by its label."""
CALCIUM_GLUCONATE = Fraction("4.65")
"""mEq per g by the product's label."""
NITROGEN = Fraction(25, 4)
_MOST_KCAL = 11
"""No nutrient has more kcal in a gram, 10 % emulsion with its glycerol included."""
NOT_COUNTED = re.compile(r"not counted|not included|excluded|is left out")


def texts(case: Case) -> Iterator[tuple[str, str]]:
    """Key and text of everything the convention says, in lower case."""
    yield from _said_in("", case.convention)


def _said_in(key: str, said: Any) -> Iterator[tuple[str, str]]:
    if isinstance(said, Mapping):
        for name, text in said.items():
            yield from _said_in(f"{key} {name}".strip().lower(), text)
    elif isinstance(said, list | tuple):
        for text in said:
            yield from _said_in(key, text)
    elif said:
        yield key, str(said).lower()


def as_written(case: Case) -> Iterator[tuple[str, str]]:
    """As `texts`, with the text in the letters of the convention."""
    if isinstance(case.convention, Mapping):
        for key, text in case.convention.items():
            yield str(key).lower(), str(text)


def kcal_per_gram(case: Case, kind: str, *, european: bool, strength: Fraction | None) -> tuple[Fraction, str]:
    """kcal per gram of a nutrient, and for carbohydrate the form that is counted (`anhydrous`, or as given: nothing)."""
    said = _said(case, kind, strength)
    if said is not None:
        number, text = said
        return number, "anhydrous" if kind == CARBOHYDRATE and ("anhydrous" in text or european) else ""
    if kind == CARBOHYDRATE:
        return (Fraction(4), "anhydrous") if european else (Fraction("3.4"), "")
    if kind == LIPID and strength in _PER_ML:
        return _PER_ML[strength] * 100 / strength, ""
    return Fraction(10 if kind == LIPID else 4), ""


def _said(case: Case, kind: str, strength: Fraction | None) -> tuple[Fraction, str] | None:
    word = WORDS[kind]
    for key, text in texts(case):
        if "osm" in f"{key} {text}":
            continue
        spaced = key.replace("_", " ")
        if re.search(word, spaced):
            found = _of_this(spaced, text, word, strength)
            if found is not None:
                return found, text
        if re.search(r"kcal|energy|calor", f"{spaced} {text}"):
            listed = _in_list(case, kind, text)
            if listed is not None:
                return listed
    return None


def _of_this(key: str, text: str, word: str, strength: Fraction | None) -> Fraction | None:
    """kcal per gram from a text under the nutrient's own key."""
    if NOT_COUNTED.search(text):
        return Fraction(0)
    shown = re.search(rf"{NUMBER} kcal for {NUMBER} g", text)
    if shown:
        return Fraction(shown[1]) / Fraction(shown[2])
    number = re.search(rf"{NUMBER} kcal ?(?:/|per) ?g", text)
    if number:
        return Fraction(number[1])
    if "kcal per ml" in key:
        percent, first = re.search(r"(\d+)", key), re.match(NUMBER, text)
        named = Fraction(percent[1]) if percent else strength
        return Fraction(first[1]) * 100 / named if first and named else None
    leading = re.match(NUMBER, text) if re.search(r"kcal|energy|calor", key) else None
    if leading is None and re.fullmatch(word, key):
        leading = re.fullmatch(NUMBER, text.strip())
    return Fraction(leading[1]) if leading and Fraction(leading[1]) <= _MOST_KCAL else None


def _in_list(case: Case, kind: str, text: str) -> tuple[Fraction, str] | None:
    """From `amino acids 4, anhydrous glucose 4, lipid 10`, or `4 / 4 / 10` in the order of the inputs."""
    for part in re.split(r"[,;]| / | and ", re.sub(r"\(.*?\)", "", text)):
        if re.search(WORDS[kind], part) and NOT_COUNTED.search(part):
            return Fraction(0), part
        found = re.search(rf"(?:{WORDS[kind]})\s*[:=]?\s*{NUMBER}(?![\d.]*\s*%)(?!\s*kcal ?(?:/|per) ?ml)", part)
        found = found or re.search(rf"{NUMBER} ?kcal ?(?:/|per) ?g(?:ram)? ?(?:of |for )?(?:{WORDS[kind]})", part)
        if found:
            return Fraction(found[1]), part
    plain = re.fullmatch(rf"{NUMBER}\s*/\s*{NUMBER}\s*/\s*{NUMBER}(?: kcal/g)?", text.strip())
    kinds = [told.kind for name in case.inputs if (told := nutrient(name)) is not None]
    if plain and kind in kinds and len(kinds) == 3:
        return Fraction(plain[kinds.index(kind) + 1]), text
    return None


def anhydrous_factor(case: Case) -> Fraction | None:
    """The factor from dextrose as counted to glucose, where the convention says that every glucose rate takes it."""
    for key, text in texts(case):
        if "where stated" in text or re.search(r"without|uncorrected|not corrected|no correction|no factor", text):
            continue
        about = re.search(r"anhydrous|gir|monohydrate|hydrate|dextrose|glucose|factor", key) or not key
        found = re.search(r"\b(10|180)\s*/\s*(11|198)\b", text) if about else None
        if found:
            return Fraction(int(found[1]), int(found[2]))
        decimal = re.match(r"[x×* ]*(0?\.9\d*)\b", text)
        if decimal and re.search(r"anhydrous|gir|monohydrate", key):
            return Fraction(decimal[1])
    return None


def amino_acids_per_nitrogen(case: Case) -> Fraction:
    """Grams of amino acids that hold a gram of nitrogen."""
    for key, text in texts(case):
        spaced = key.replace("_", " ")
        if not re.search(r"nitrogen|\bn\b", f"{spaced} {text}"):
            continue
        found = re.search(rf"{NUMBER} g(?: n(?:itrogen)?)? per {NUMBER}? ?g", text)
        if found:
            return Fraction(found[2] or 1) / Fraction(found[1])
        percent = re.search(rf"{NUMBER} ?% ?n(?:itrogen)?\b|n(?:itrogen)?\b[^\d]*{NUMBER} ?%|^{NUMBER} ?%", text)
        if percent:
            return 100 / Fraction(next(one for one in percent.groups() if one))
        if re.search(r"nitrogen|\bn\b", spaced):
            plain = re.search(r"(?:/|÷|^|x|×|\*)\s*(0?\.\d+|\d+(?:\.\d+)?)", text)
            if plain:
                told = Fraction(plain[1])
                return told if told > 1 else 1 / told
        over = re.search(rf"/ ?{NUMBER}\s*$", text)
        if over and not key:
            return Fraction(over[1])
    return NITROGEN


def calcium_gluconate(case: Case) -> Fraction:
    """mEq of calcium in a gram of calcium gluconate, as the convention or else the label tells it."""
    told = _told_calcium_gluconate(case)
    return CALCIUM_GLUCONATE if told is None else told


def says_calcium_gluconate(case: Case) -> bool:
    """Whether the convention tells how much calcium a gram of the gluconate holds."""
    return _told_calcium_gluconate(case) is not None


def _told_calcium_gluconate(case: Case) -> Fraction | None:
    for key, text in texts(case):
        found = re.search(rf"{NUMBER} meq(?: ca(?:lcium)?)? ?(?:per|/) ?(?:1 )?g", text)
        if found and "gluconate" in f"{key} {text}":
            return Fraction(found[1])
        bare = re.fullmatch(rf"{NUMBER}(?: meq)?", text.strip()) if "meq per g" in key.replace("_", " ") else None
        only = {name.lower().split("_")[0] for name in case.inputs} & {"ca", "calcium"}
        if bare and ("gluconate" in key or only):
            return Fraction(bare[1])
        element = re.search(rf"{NUMBER} mg(?: ca(?:lcium)?)? ?(?:per|/) ?(?:1 )?g", text)
        if element and "gluconate" in f"{key} {text}":
            return Fraction(element[1]) * 2 / Fraction("40.078")
    return None


def lipid_strength(case: Case) -> Fraction | None:
    """The percent of the emulsion that the convention counts on."""
    for key, text in texts(case):
        found = re.search(r"lipid_?(\d+)", key) or re.search(r"lipid (\d+)\s*%", text)
        if not found and re.search(WORDS[LIPID], key.replace("_", " ")) and "osm" not in text:
            found = re.match(r"(10|20|30)\s*%", text)
        found = found or re.search(rf"\b(10|20|30) ?% ?(?:{WORDS[LIPID]}|intralipid)", text)
        if found:
            return Fraction(found[1])
    return None


def lipid_energy_per_ml(case: Case) -> Fraction | None:
    """kcal in a mL of the emulsion, where the convention says so."""
    for key, text in texts(case):
        if not re.search(WORDS[LIPID], f"{key} {text}"):
            continue
        found = re.search(rf"{NUMBER} ?kcal/ml", text) or (re.match(NUMBER, text) if "kcal_per_ml" in key else None)
        if found:
            return Fraction(found[1])
    return None


def kilojoules(case: Case) -> Fraction:
    """kJ in a kcal."""
    for key, text in texts(case):
        found = re.search(r"(4\.1\d*)", text)
        if found and ("kj" in key or "kj" in text):
            return Fraction(found[1])
    return Fraction("4.184")
