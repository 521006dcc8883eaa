"""How much drug one dose holds: from what was ordered, through the patient, caps and rounding, each step shown."""

from dataclasses import dataclass

from calculations import dosing, renal_function
from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.orders.patient import MeasureKind
from compounding.planning.situation import Situation
from compounding.planning.stale_findings import (
    OF_HEIGHT,
    old_dosing_weight,
    stale_creatinine,
    stale_height,
    stale_weight,
)
from formulary.model import DoseBasis, Drug, MasterFormulation, RoundingRule, WeightKind

CREATININE = "creatinine"


@dataclass(frozen=True)
class DoseAmount:
    """A worked-out dose: what the order asks for, what of it may be given, and what is made."""

    exact: Quantity
    """What the order asks for."""
    asked: Quantity
    """After the cap, before rounding: limits of therapy are held against it."""
    amount: Quantity
    """What is made, after rounding."""
    weight: Quantity | None
    findings: tuple[Finding, ...]


def basis_of(dose: Quantity) -> DoseBasis:
    """The basis in which a dose was written, read from its unit and from nothing else."""
    parts = dose.unit.name.split("/")[1:]
    if dose.unit.dimension is Quantity(1, "AUC").unit.dimension:
        return DoseBasis.AUC
    if "kg" in parts or "g" in parts:
        return DoseBasis.PER_KG
    return DoseBasis.PER_M2 if "m2" in parts else DoseBasis.FLAT


def worked_out(s: Situation, drug: Drug, formulation: MasterFormulation, ordered: Quantity) -> DoseAmount:
    """The dose of one administration. Raises CannotCompute when something that it needs is missing or ambiguous."""
    dose = _tagged(drug, ordered)
    basis = basis_of(dose)
    findings: list[Finding] = []
    if basis not in formulation.dose.bases:
        findings.append(_unusual_basis(formulation, dose))
    kind = formulation.dose.dosing_weight
    weight = s.weight_for(kind)
    findings += _of_sizes(s, kind, basis)
    if basis is DoseBasis.AUC:
        clearance, more = _clearance(s, formulation)
        findings += more
        exact = dosing.dose_from_auc(dose, clearance).named(drug.of)
    else:
        exact = _from_body(s, formulation, dose, basis, weight)
    asked, capping = _capped(formulation, exact)
    amount, rounding = _rounded(formulation, asked)
    return DoseAmount(exact, asked, amount, weight, (*findings, *capping, *rounding))


def _of_sizes(s: Situation, kind: WeightKind, basis: DoseBasis) -> list[Finding]:
    """What is too old of the sizes that a dose in this basis is worked out from."""
    weighed = basis in (DoseBasis.PER_KG, DoseBasis.AUC)
    by_height = basis is DoseBasis.PER_M2 or (weighed and kind in OF_HEIGHT)
    return [*(old_dosing_weight(s, kind) if weighed else ()), *(stale_height(s) if by_height else ())]


def _tagged(drug: Drug, ordered: Quantity) -> Quantity:
    """The ordered dose with the drug's own substance: a dose whose substance was not said is refused, not guessed."""
    if drug.of is None or ordered.of == drug.of or basis_of(ordered) is DoseBasis.AUC:
        return ordered
    if ordered.of is None and drug.of in (drug.id, drug.name):
        return ordered.named(drug.of)
    if ordered.of is None:
        raise CannotCompute(
            "substance_not_said",
            f"the dose of {drug.display}",
            f"{show(ordered)} does not say of what.",
            f"Write it as {drug.of}.",
        )
    raise CannotCompute(
        "substance_unlike",
        f"the dose of {drug.display}",
        f"{show(ordered)} is ordered as {ordered.of}; this formulary counts {drug.of}.",
        f"Ask the prescriber for the dose as {drug.of}.",
    )


def _from_body(
    s: Situation,
    formulation: MasterFormulation,
    dose: Quantity,
    basis: DoseBasis,
    weight: Quantity | None,
) -> Quantity:
    per_day = "day" in dose.unit.name.split("/")[1:]
    if per_day:
        doses = s.order.frequency.per_day
        if doses is None:
            raise CannotCompute(
                "frequency_missing",
                "one dose",
                f"{show(dose)} is per day and the order says no frequency.",
                "Ask how often it is given.",
            )
        dose = dosing.dose_per_administration(dose, doses)
    if basis is DoseBasis.PER_KG:
        if weight is None:
            kind = formulation.dose.dosing_weight.value
            raise CannotCompute(
                "weight_missing",
                f"a dose in {dose.unit.shown}",
                f"there is no {kind} weight.",
                "Weigh the patient and record it with date and kind.",
            )
        return dosing.dose_from_weight(dose, weight)
    if basis is DoseBasis.PER_M2:
        surface = s.surface
        if surface is None:
            raise CannotCompute(
                "surface_missing",
                f"a dose in {dose.unit.shown}",
                "weight or height is missing.",
                "Record weight and height with their dates.",
            )
        return dosing.dose_from_surface(dose, surface)
    return dose


def _capped(formulation: MasterFormulation, exact: Quantity) -> tuple[Quantity, tuple[Finding, ...]]:
    cap = formulation.dose.single_dose_cap
    asked = exact if cap is None else dosing.capped(exact, cap)
    if asked == exact:
        return asked, ()
    source = formulation.dose.source.text
    title = f"{show(exact)} is capped at {show(asked)}"
    return asked, (Finding("dose_capped", Grade.INFO, title, exact, cap, source=source),)


def _rounded(formulation: MasterFormulation, asked: Quantity) -> tuple[Quantity, tuple[Finding, ...]]:
    cap, rule = formulation.dose.single_dose_cap, formulation.rounding
    if rule.step is None:
        return asked, ()
    rounded = dosing.round_dose(asked, rule.step, rule.max_deviation)
    if rounded.kept:
        most = show_number(rule.max_deviation.amount_in("one") * 100)
        title = f"Not rounded to {show(rule.step)}: that would move the dose by more than {most} %"
        return asked, (Finding("rounding_too_far", Grade.INFO, title, asked, source=rule.source.text),)
    over_cap = cap is not None and rounded.rounded > cap
    if over_cap or rounded.rounded == asked:
        return asked, ()
    return rounded.rounded, (_moved(rounded, rule),)


def _moved(rounded: dosing.RoundedDose, rule: RoundingRule) -> Finding:
    """How far rounding moved the dose: told by itself, so that no limit of therapy is raised for it."""
    percent = show_number(abs(rounded.deviation).amount_in("one") * 100, 1)
    more = "more" if rounded.rounded > rounded.exact else "less"
    return Finding(
        "dose_rounded",
        Grade.INFO,
        f"{show(rounded.exact)} is rounded to {show(rounded.rounded)}, {percent} % {more}",
        rounded.deviation,
        rule.max_deviation,
        rule.max_deviation - abs(rounded.deviation),
        rule.source.text,
    )


def _unusual_basis(formulation: MasterFormulation, dose: Quantity) -> Finding:
    allowed = ", ".join(formulation.dose.units)
    return Finding(
        "basis_unusual",
        Grade.HARD,
        f"Ordered in {dose.unit.shown}; this formulation is ordered in {allowed}",
        dose,
        source=formulation.dose.source.text,
        mend=f"Ask for the dose in {allowed}.",
    )


def _dialysis_not_recorded(s: Situation) -> list[Finding]:
    if s.patient.dialysis is not None:
        return []
    title = "Nobody has recorded whether the patient is on dialysis; the clearance holds only without"
    return [Finding("dialysis_not_recorded", Grade.SOFT, title, mend="Ask, and record it.")]


def _clearance(s: Situation, formulation: MasterFormulation) -> tuple[Quantity, list[Finding]]:
    """Creatinine clearance for a Calvert dose by Cockcroft-Gault, with the cap that the formulation declares."""
    creatinine, weight = s.patient.latest_result(CREATININE), s.weight_for(formulation.dose.dosing_weight)
    if creatinine is None or weight is None or s.patient.sex not in ("female", "male"):
        raise CannotCompute(
            "clearance_missing",
            "a dose by AUC",
            "creatinine, weight or sex is missing.",
            "Record creatinine with its time, weight and sex.",
        )
    if s.patient.dialysis:
        raise CannotCompute(
            "clearance_on_dialysis",
            "a dose by AUC",
            "clearance by creatinine does not hold on dialysis.",
            "Ask the prescriber for a dose in mg.",
        )
    years = Quantity(s.patient.years_on(s.today), "year")
    found = renal_function.cockcroft_gault(s.patient.sex, years, weight, creatinine.amount)
    rule, findings = formulation.dose.clearance, [*_dialysis_not_recorded(s), *stale_creatinine(s, creatinine)]
    if rule is None:
        return found, findings
    if rule.creatinine_floor is not None and creatinine.amount < rule.creatinine_floor:
        counted = renal_function.cockcroft_gault(s.patient.sex, years, weight, rule.creatinine_floor)
        findings.append(_low_creatinine(creatinine.amount, rule.creatinine_floor, found, counted, rule.source.text))
    capped = renal_function.capped_clearance(found, rule.clearance_cap)
    if capped != found:
        findings.append(
            Finding(
                "clearance_capped",
                Grade.SOFT,
                f"Clearance {show(found, 1)} counts as {show(capped)}",
                found,
                rule.clearance_cap,
                rule.clearance_cap - found,
                rule.source.text,
            )
        )
    return capped, findings


def _low_creatinine(creatinine: Quantity, floor: Quantity, found: Quantity, counted: Quantity, source: str) -> Finding:
    return Finding(
        "creatinine_low",
        Grade.SOFT,
        f"Creatinine is low, clearance may be too high: {show(found, 1)}, and {show(counted, 1)} with {show(floor)}",
        creatinine,
        floor,
        creatinine - floor,
        source,
        f"Ask whether creatinine counts as {show(floor)}.",
    )


def weight_age_findings(s: Situation) -> list[Finding]:
    """Stale weights and two weights that disagree. The windows are site data."""
    newest = s.measure(MeasureKind.ACTUAL_WEIGHT)
    if newest is None:
        return [Finding("weight_missing", Grade.SOFT, "No weight recorded", mend="Weigh the patient.")]
    findings = stale_weight(s, newest)
    earlier = [m for m in s.patient.measures if m.kind is MeasureKind.ACTUAL_WEIGHT and m.at < newest.at]
    if earlier:
        before = max(earlier, key=lambda m: m.at)
        change = abs(dosing.deviation(newest.amount, before.amount))
        limit = s.formulary.site.value("weight_change_limit")
        if change > limit:
            findings.append(
                Finding(
                    "weight_changed",
                    Grade.SOFT,
                    f"Weight went from {show(before.amount)} to {show(newest.amount)}",
                    change,
                    limit,
                    mend="Confirm the weight.",
                )
            )
    return findings
