"""What the second pharmacist sees: the order and the evidence. No figure, result or recalculation of the first."""

from dataclasses import dataclass, replace

from batch_records.acting import load
from batch_records.acts import Act
from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.nutrition.containers import DISPLAY
from compounding.orders.order import NUTRITION
from compounding.people import shown_name
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import order_record
from compounding.reviewing.record import ORDER
from compounding.views.check_nutrition import Remark, remarks_of
from compounding.views.evidence import ContainerRow, PictureRow, containers_of, pictures_of
from compounding.views.order_words import OrderWords, order_words
from compounding.views.strip import Strip, strip_of
from formulary.model import Formulary

UNDILUTED = "undiluted"


@dataclass(frozen=True)
class SecondPage:
    strip: Strip
    number: str
    order: OrderWords
    containers: tuple[ContainerRow, ...]
    pictures: tuple[PictureRow, ...]
    """Without the volumes that were recorded for them."""
    drugs: tuple[tuple[str, str], ...]
    """Every drug of the formulary: id and name."""
    diluents: tuple[tuple[str, str], ...]
    """Every solution, and undiluted; none for parenteral nutrition, which is made of its sources."""
    actives: tuple[tuple[str, str], ...]
    """Drugs whose volume is asked for: those that the order names."""
    asked: tuple[str, str]
    """What the last volume and each of `actives` are called."""
    remarks: tuple[Remark, ...]
    """What the compounder told besides its volumes."""
    had_hand: bool
    is_first: bool
    """The person who looks made the first check."""


def second_page(uow: UnitOfWork, dose: Dose, formulary: Formulary, act: Act) -> SecondPage:
    """The page for whoever checks alone."""
    clock, nutrition = Clock.of(act), dose.planned.nutrition is not None
    state = load(uow, ORDER, order_record(dose.order))
    strip = strip_of(dose, act.at, clock)
    blind = replace(
        strip,
        drug="Second check",
        amount="",
        sub="worked out alone, from the order and the evidence",
        who_sub=f"{strip.who_sub} · {strip.place}",
        place=f"No. {dose.number}",
        place_sub="the first result is shown when yours is entered",
    )
    return SecondPage(
        blind,
        dose.number,
        order_words(uow, state, dose, clock),
        containers_of(dose, formulary, clock, lambda person: shown_name(uow, person)),
        tuple(replace(row, volume="") for row in pictures_of(dose, clock)),
        tuple(sorted(((NUTRITION, DISPLAY), *((d.id, d.display) for d in formulary.drugs)), key=lambda row: row[1].casefold())),
        () if nutrition else (*((s.display, s.display) for s in formulary.supplies.solutions), (UNDILUTED, UNDILUTED)),
        tuple((active.drug, active.display) for active in dose.planned.actives),
        ("Volume to infuse", "Put in of") if nutrition else ("Final volume", "Volume of"),
        remarks_of(dose),
        act.actor.person in dose.hands,
        dose.first_check is not None and dose.first_check.person == act.actor.person,
    )
