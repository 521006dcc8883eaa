"""A scanned container that brings what the patient is allergic to, and what the reviewed plan did not have. Pure."""

from functools import partial

from batch_records.acts import Refusal
from compounding.planning.excipients import brought_words, unreviewed
from compounding.preparing.actions import ScanContainer
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from formulary.excipients import holds
from formulary.model import Item, Product

WAY_ON = (
    "Take another product, or a pharmacist switches to this one (Formulary, Alternatives) and reviews the order again."
)


SAME_DRUG = ("other_strength", "wrong_container")
"""Refusals of a product of the planned drug: what is in it is said before that it differs."""


def without_unreviewed(
    dose: Dose, item: Item, fits: ScanContainer | Refusal, ctx: DoseContext
) -> ScanContainer | Refusal:
    """What was decided of the scan; a refusal of its own where the container brings what nobody reviewed.

    An opened container brings along what it was dissolved with. A product of another drug stays the wrong one, whatever is in it.
    """
    if isinstance(fits, Refusal) and not (fits.code in SAME_DRUG and _of_this_dose(dose, item)):
        return fits
    for product, display in ((item.id, item.display), *ctx.dissolved_with):
        for code, how in unreviewed(dose.planned.excipients, partial(holds, ctx.formulary, product)):
            return _stopped(brought_words(display, code, how))
    return fits


def _stopped(brought: str) -> Refusal:
    told = brought.replace("nothing states", "Nothing states", 1)
    text = f"{told}: the patient is allergic to it, and the order was reviewed without it. {WAY_ON}"
    return Refusal("excipient_not_reviewed", text, 422)


def _of_this_dose(dose: Dose, item: Item) -> bool:
    return isinstance(item, Product) and item.drug in {active.drug for active in dose.planned.actives}
