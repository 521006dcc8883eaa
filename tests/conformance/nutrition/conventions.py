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
        if re.search(word, key):
            shown = re.search(rf"{NUMBER} kcal for {NUMBER} g", text)
            if shown:
                return Fraction(shown[1]) / Fraction(shown[2]), text
            number = re.search(rf"{NUMBER} kcal/g\b", text)
            if "kcal_per_ml" in key.replace(" ", "_") and not number:
                percent = re.search(r"(\d+)", key)
                named = Fraction(percent[1]) if percent else strength
                first = re.match(NUMBER, text)
                if first and named:
                    return Fraction(first[1]) * 100 / named, text
            if not number and "kcal" in key:
                number = re.match(NUMBER, text)
            if number:
                return Fraction(number[1]), text
        if "kcal" in key or "kcal" in text or "energy" in key:
            found = _in_list(case, kind, text)
            if found is not None:
                return found
    return None


def _in_list(case: Case, kind: str, text: str) -> tuple[Fraction, str] | None:
    """From `amino acids 4, anhydrous glucose 4, lipid 10`, or `4 / 4 / 10` in the order of the inputs."""
    for part in re.split(r"[,;]| / ", re.sub(r"\(.*?\)", "", text)):
        found = re.search(rf"(?:{WORDS[kind]})\s*[:=]?\s*{NUMBER}", part)
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
        about = "anhydrous" in key or "gir" in key or (not key and re.search(r"anhydrous|monohydrate|\bgir\b", text))
        if about and "where stated" not in text:
            found = re.search(r"\b(10|180)\s*/\s*(11|198)\b", text) or (key and re.search(r"(\d+)\s*/\s*(\d+)", text))
            if found:
                return Fraction(int(found[1]), int(found[2]))
    return None


def amino_acids_per_nitrogen(case: Case) -> Fraction:
    """Grams of amino acids that hold a gram of nitrogen."""
    for key, text in texts(case):
        found = re.search(rf"{NUMBER} g n(?:itrogen)? per {NUMBER} g", text)
        if found:
            return Fraction(found[2]) / Fraction(found[1])
        share = re.search(rf"{NUMBER} ?% n(?:itrogen)?\b|n(?:itrogen)?[^\d]*{NUMBER} ?%|(?:x|×|\*) ?0?(\.16)\b", text)
        if share and ("nitrogen" in f"{key} {text}" or key == "n"):
            told = next(one for one in share.groups() if one)
            return (1 if told == ".16" else 100) / Fraction(told)
        if "nitrogen" in key or key == "n":
            plain = re.search(rf"(?:/|÷|^)\s*{NUMBER}", text)
            if plain:
                return Fraction(plain[1])
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
        element = re.search(rf"{NUMBER} mg(?: ca(?:lcium)?)? ?(?:per|/) ?(?:1 )?g", text)
        if element and "gluconate" in f"{key} {text}":
            return Fraction(element[1]) * 2 / Fraction("40.078")
    return None


def lipid_strength(case: Case) -> Fraction | None:
    """The percent of the emulsion that the convention counts on."""
    for key, text in texts(case):
        found = re.search(r"lipid_?(\d+)", key) or re.search(r"lipid (\d+)\s*%", text)
        if not found and re.search(WORDS[LIPID], key) and "osm" not in text:
            found = re.match(r"(10|20|30)\s*%", text)
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
