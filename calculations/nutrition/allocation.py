"""Which volume of which product gives what is ordered: exact, always the same, each step in words.

First every ordered ion is lessened by what the fixed sources bring (amino acids, lipid phosphate by policy, cysteine,
trace elements, drugs, salts ordered as such). Then phosphate is taken from the preferred cation's salt, never beyond
that cation's order, then from the other; then calcium and magnesium; last the open sodium and potassium take chloride
and acetate as chosen. What does not come out is refused by the ion, with the amount.
"""

from calculations.arithmetic import least
from calculations.concentration import amount_in, volume_of_dose
from calculations.formula import Number, above, any_number, formula
from calculations.nutrition.allocation_result import Allocation, Step, Taken
from calculations.nutrition.anions import share, share_as_ordered, split
from calculations.nutrition.bases import amount_for_day
from calculations.nutrition.fixed_sources import brought, still_open, take_fixed, take_trace, told_strength
from calculations.nutrition.order import AnionChoice, NutritionOrder
from calculations.nutrition.ordered_units import ORDERED_IONS
from calculations.nutrition.product import Role, SourceProduct
from calculations.nutrition.profile import ADDED_SALTS, Profile
from calculations.nutrition.refusals import Infeasible
from calculations.nutrition.sources import Sources
from calculations.printing import show
from calculations.quantity import Quantity

_NO_ANION = Quantity(0, "mEq")


@formula(
    id="nutrition.bag.phosphate_carried", version=1,
    statement="phosphate from this salt = the lesser of the open phosphate and open cation ÷ cation per phosphate",
    source="The product's label: cation for each mmol of phosphate",
    inputs={
        "phosphate": "mmol", "cation": "mEq", "cation_strength": "mEq/mL", "phosphate_strength": "mmol/mL",
    },
    valid={"cation_strength": above(0), "cation": any_number()}, gives="mmol", substances="any",
)  # fmt: skip
def _carried(phosphate: Number, cation: Number, cation_strength: Number, phosphate_strength: Number) -> Number:
    return least(phosphate, cation * phosphate_strength / cation_strength)


class _Work:
    """The allocation while it is worked out."""

    def __init__(self, order: NutritionOrder, sources: Sources, profile: Profile, lipid: list[Taken]) -> None:
        self.order, self.sources, self.profile = order, sources, profile
        self.taken: list[Taken] = list(lipid)
        self.steps: list[Step] = []
        self.open: dict[str, Quantity] = {}
        """Ordered ions, by what is still open: mEq, phosphate mmol."""

    def counted(self, ion: str) -> list[Taken]:
        """The sources that count for an ion: of lipid its phosphate by policy, and apart from the bag only that."""
        return [one for one in self.taken if self._counts(one, ion)]

    def _counts(self, one: Taken, ion: str) -> bool:
        if ion == "phosphate" and "lipid" in one.product.nutrients:
            return self.profile.lipid_phosphate_counts or one.product.role is not Role.LIPID
        return not one.apart

    def add_salt(self, product: SourceProduct, ion: str, amount: Quantity) -> Quantity:
        """Take a salt for an amount of one of its ions; gives the volume."""
        volume = volume_of_dose(amount, told_strength(product, ion))
        self.taken.append(Taken(product, volume, added_salt=True))
        return volume

    def note_salt(self, product: SourceProduct, ion: str, amount: Quantity) -> None:
        volume = self.add_salt(product, ion, amount)
        figures = (("product", product.display), ("volume", volume), ("amount", amount))
        self.steps.append(Step("salt", ion, figures))


def allocate(
    order: NutritionOrder, sources: Sources, profile: Profile, bag_volume: Quantity | None, lipid: list[Taken],
    lipid_steps: list[Step],
) -> Allocation:  # fmt: skip
    """The volume of every source of the day's bag, as infused; `lipid` has been taken before (see `take_lipid`).

    Raises `Infeasible` (an ion over- or under-supplied), `NoSource` and `UnknownConstituent`.
    """
    work = _Work(order, sources, profile, lipid)
    work.steps += lipid_steps
    have = {"lipid"} if lipid else set()
    for taken, steps in (take_fixed(order, sources, profile, bag_volume, have),):
        work.taken += taken
        work.steps += steps
    taken, steps = take_trace(order, sources, work.taken, bag_volume)
    work.taken += taken
    work.steps += steps
    for ion in ORDERED_IONS:
        row = order.row(ion)
        if row is not None and ion not in ("chloride", "acetate"):
            ordered = amount_for_day(row, order.dosing_weight, bag_volume)
            work.open[ion], step = still_open(ion, ordered, brought(ion, work.counted(ion)))
            work.steps.append(step)
    _take_phosphate(work)
    for cation in ("calcium", "magnesium"):
        if cation in work.open and work.open[cation].number > 0:
            work.note_salt(sources.only_salt_of(cation), cation, work.open[cation])
    _take_anions(work, bag_volume)
    return Allocation(tuple(work.taken), tuple(work.steps))


def _take_phosphate(work: _Work) -> None:
    rest = work.open.get("phosphate")
    if rest is None:
        return
    for cation in work.profile.phosphate_order:
        product = work.sources.carrying(cation, "phosphate")
        if product is None or cation not in work.open or rest.number <= 0:
            continue
        strength, own = product.ions["phosphate"], told_strength(product, cation)
        carried = _carried(
            phosphate=rest, cation=work.open[cation], cation_strength=own, phosphate_strength=strength
        ).named("phosphate")
        if carried.number <= 0:
            continue
        volume = work.add_salt(product, "phosphate", carried)
        cation_amount = amount_in(own, volume)
        work.open[cation] = work.open[cation] - cation_amount
        rest = rest - carried
        figures = (("product", product.display), ("volume", volume), ("amount", carried),
                   ("cation_amount", cation_amount), ("rest", work.open[cation]))  # fmt: skip
        work.steps.append(Step("with_phosphate", cation, figures))
    if rest.number > 0:
        raise Infeasible(
            "under_supplied", "phosphate", rest,
            "the potassium and sodium ordered, and the phosphate products, carry no more of it.",
            f"Raise potassium or sodium, or lower phosphate by {show(rest)} for the day.",
        )  # fmt: skip


def _take_anions(work: _Work, bag_volume: Quantity | None) -> None:
    """Chloride and acetate for the open sodium and potassium."""
    order = work.order
    sodium, potassium = (work.open.get(ion, Quantity(0, "mEq", of=ion)) for ion in ("sodium", "potassium"))
    open_cations = sodium.named(None) + potassium.named(None)
    if order.anions is AnionChoice.AS_ORDERED:
        chloride, acetate = share_as_ordered(open_cations, *(_open_anion(work, ion, bag_volume) for ion in _ANIONS))
    elif not open_cations.number:
        work.steps.append(Step("nothing_open", "chloride", ()))
        return
    else:
        present = [_present(work, ion) for ion in _ANIONS]
        chloride, acetate = share(order.anions, order.anion_ratio, open_cations, *present)
    figures = (("rest", open_cations), ("chloride", chloride), ("acetate", acetate), ("choice", order.anions.value))
    work.steps.append(Step("anions", "chloride", figures))
    for cation, anion, amount in split(sodium, potassium, chloride, work.sources):
        product = work.sources.carrying(cation, anion)
        if product is not None:
            work.note_salt(product, cation, amount)


_ANIONS = ("chloride", "acetate")


def _present(work: _Work, ion: str) -> Quantity:
    """What the scope of the choice holds of an anion already: the whole bag, or the added salts only."""
    if work.order.anions in (AnionChoice.MAX_CHLORIDE, AnionChoice.MAX_ACETATE):
        return _NO_ANION
    added_only = work.profile.ratio_scope == ADDED_SALTS
    scope = [one for one in work.counted(ion) if one.added_salt or not added_only]
    found = brought(ion, scope)
    return found.named(None) if found is not None else _NO_ANION


def _open_anion(work: _Work, ion: str, bag_volume: Quantity | None) -> Quantity | None:
    """What of an ordered anion is still open in the whole bag; None if it is not ordered."""
    row = work.order.row(ion)
    if row is None:
        return None
    ordered = amount_for_day(row, work.order.dosing_weight, bag_volume)
    rest, step = still_open(ion, ordered, brought(ion, work.counted(ion)))
    work.steps.append(step)
    return rest.named(None)
