"""The patient's allergies against a drug: itself, its ingredients, its classes, and what may cross-react.

What cannot be compared is said so: nobody asked, free text, a code that nothing in the formulary carries. For what a container
brings besides its drug see `excipients`.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from calculations.findings import Finding, Grade
from compounding.orders.patient import Allergy, Patient, says_none
from compounding.planning.excipients import excipient_allergies, excipient_words, said_of, some_hold
from compounding.planning.situation import Situation
from formulary.excipients import excipient_codes
from formulary.model import Drug, Formulary

ASK = "Ask."
CODE_IT = "Code it."


def asked_findings(patient: Patient) -> list[Finding]:
    """Whether anybody asked: `none known` is an answer, and what somebody happened to record is not."""
    if patient.allergies_asked_at is not None:
        return []
    title = "Nobody has recorded whether there are allergies"
    if patient.allergies:
        title = "Allergies are recorded, and not that anybody asked whether these are all"
    return [Finding("allergies_not_asked", Grade.SOFT, title, mend=ASK)]


def allergy_findings(s: Situation, drug: Drug) -> list[Finding]:
    """Allergies against the drug itself, its ingredients and classes; what cannot be compared; nobody asked."""
    found = asked_findings(s.patient)
    for allergy in s.patient.allergies:
        found += _uncoded(allergy, drug, s.formulary) if not allergy.code else _coded(allergy, drug, s.formulary)
    return found


def _coded(allergy: Allergy, drug: Drug, formulary: Formulary) -> list[Finding]:
    said, code = said_of(allergy), allergy.code
    if code in own_codes(drug):
        return [Finding("allergy", Grade.HARD, f"Allergic to {said}; {drug.display} belongs to it", mend=ASK)]
    if code not in known_codes(formulary):
        return [unknown_code(allergy)]
    classes, own = _classes(code, formulary), set(drug.allergy_classes)
    shared = ", ".join(excipient_words(one) for one in sorted(classes & own))
    if not shared:
        return []
    if code not in _all_classes(formulary) and classes <= own:
        title = f"Allergic to {said}; {drug.display} is of the same class ({shared})"
        return [Finding("allergy", Grade.HARD, title, mend=ASK)]
    title = f"Allergic to {said}; {drug.display} may cross-react ({shared})"
    return [Finding("allergy_related", Grade.SOFT, title, mend="Ask what happened, and judge.")]


def unknown_code(allergy: Allergy, number: str = "") -> Finding:
    """A coded allergy that is compared with nothing, because nothing in the formulary is marked so."""
    title = f"Allergic to {said_of(allergy)}, not compared: nothing in the formulary is marked as {excipient_words(allergy.code)}"
    mend = "Compare it with the labels, or code it as the formulary does."
    return Finding(f"allergy_code_unknown{number}", Grade.SOFT, title, mend=mend)


def _uncoded(allergy: Allergy, drug: Drug, formulary: Formulary) -> list[Finding]:
    said = said_of(allergy)
    if _named(allergy.text, own_codes(drug) | set(drug.synonyms)):
        title = f"Allergy in free text names {drug.display} or its class: {said}"
        return [Finding("allergy_in_text", Grade.HARD, title, mend=f"Ask. {CODE_IT}")]
    if says_none(allergy.text):
        mend = "Strike it out, and record that somebody asked."
        return [Finding("allergy_uncoded", Grade.SOFT, f"An answer stands among the allergies: {said}", mend=mend)]
    like = [excipient_words(code) for code in sorted(known_codes(formulary)) if _named(allergy.text, {code})]
    mend = f"{CODE_IT} It reads like {', '.join(like)}." if like else CODE_IT
    return [Finding("allergy_uncoded", Grade.SOFT, f"Allergy in free text, not compared: {said}", mend=mend)]


def _named(text: str, names: Iterable[str]) -> bool:
    """Whether the text names one of these as words of its own, in the singular or the plural."""
    told = f" {' '.join(re.findall(r'[a-z0-9]+', text.casefold()))} "
    plain = {" ".join(re.findall(r"[a-z0-9]+", name.casefold())) for name in names} - {""}
    return any(f" {form} " in told for name in plain for form in (name, f"{name}s", name.removesuffix("s")))


def own_codes(drug: Drug) -> set[str]:
    """Codes of an allergy that the drug itself belongs to."""
    return {drug.id, drug.name, *drug.ingredients, *drug.allergy_classes}


def known_codes(formulary: Formulary) -> frozenset[str]:
    """Every code that something in the formulary is marked with: an allergy coded otherwise is compared with nothing."""
    found = {code for drug in formulary.drugs for code in own_codes(drug)} | excipient_codes(formulary)
    if formulary.nutrition is not None:
        found |= {code for product in formulary.nutrition.products for code in product.allergy_classes}
    return frozenset(found)


def _all_classes(formulary: Formulary) -> set[str]:
    return {code for drug in formulary.drugs for code in drug.allergy_classes}


def _classes(code: str, formulary: Formulary) -> set[str]:
    """The classes of a drug that the code names; of a class, the wider ones that every drug of it belongs to as well."""
    of_it = [set(drug.allergy_classes) for drug in formulary.drugs if code in own_codes(drug)]
    return set.intersection(*of_it) - {code} if of_it else set()


def some_products_hold(s: Situation, drug: Drug) -> list[Finding]:
    """Where there is no plan that says from what it is made: excipient allergies against every product of the drug."""
    codes = excipient_allergies(s.patient, s.formulary)
    return [
        Finding(
            "allergy_excipient",
            Grade.SOFT,
            f"Allergic to {said_of(one)}; products of {drug.display} hold {excipient_words(one.code)}, or nothing states it",
            mend="Choose a product without it.",
        )
        for one in s.patient.allergies
        if one.code in codes and one.code not in own_codes(drug) and some_hold(drug, one.code)
    ]


def told_apart(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, those of several allergies by codes of their own: a reason given for one never stands for another."""
    kept: list[Finding] = []
    counted: dict[str, int] = {}
    for finding in dict.fromkeys(found):
        number = counted[finding.code] = counted.get(finding.code, 0) + 1
        apart = number > 1 and finding.code.startswith("allergy")
        kept.append(replace(finding, code=f"{finding.code}.{number}") if apart else finding)
    return tuple(kept)
