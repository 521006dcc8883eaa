"""A scanned container that brings what the patient is allergic to, and what the reviewed plan did not have. Pure."""

from batch_records.acts import Refusal
from compounding.planning.excipients import brought_words, unreviewed
from compounding.preparing.actions import ScanContainer
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from formulary.excipients import item_holds
from formulary.model import Item, Product

WAY_ON = (
    "Take another product, or a pharmacist switches to this one (Formulary, Alternatives) and reviews the order again."
)


def without_unreviewed(
    dose: Dose, item: Item, fits: ScanContainer | Refusal, ctx: DoseContext
) -> ScanContainer | Refusal:
    """What was decided of the scan; a refusal of its own where the container would serve and brings what nobody reviewed.

    A product that belongs to another dose stays the wrong one, whatever is in it.
    """
    if isinstance(fits, Refusal) and not (fits.code == "other_strength" and _of_this_dose(dose, item)):
        return fits
    found = unreviewed(dose.planned.excipients, lambda code: item_holds(ctx.formulary, item, code))
    if not found:
        return fits
    code, how = found[0]
    told = brought_words(item.display, code, how).replace("nothing states", "Nothing states", 1)
    return Refusal(
        "excipient_not_reviewed",
        f"{told}: the patient is allergic to it, and the order was reviewed without it. {WAY_ON}",
        422,
    )


def _of_this_dose(dose: Dose, item: Item) -> bool:
    return isinstance(item, Product) and item.drug in {active.drug for active in dose.planned.actives}
