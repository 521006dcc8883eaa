"""What is added to a bag beside the macronutrients: salts, ions, phosphate injections, by amount or by volume of a product."""

import re
from dataclasses import replace

from calculations.errors import CannotCompute
from calculations.nutrition.salts import ions_of
from calculations.quantity import Quantity
from calculations.substance_table import CHARGES
from calculations.substances import Substance
from tests.conformance.case import CannotAnswer, Case
from tests.conformance.nutrition import conventions, factors
from tests.conformance.nutrition.amounts import measures
from tests.conformance.nutrition.names import Salt, ion, salt
from tests.conformance.nutrition.stocks import cation_per_phosphate, mixed_phosphate, strengths, without_strength


class Additions:
    """Salts and ions of a case, and which ions are there without its being told how much."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.salts: list[tuple[str, Salt | Substance, Quantity]] = []
        self.ions: list[tuple[str, Quantity]] = []
        self.added: list[Quantity] = []
        self._not_told: dict[str, str] = {}
        self._ordered: set[str] = set()
        self._mixed: set[str] = set()
        self.second_ions = 0
        """How many ions are there as the second of one product, so that each product counts once."""
        self.brought_together: list[set[str]] = []

    def knows(self, name: str) -> bool:
        """Whether a name is that of a salt, an ion or a phosphate injection."""
        bare = without_strength(name)
        return mixed_phosphate(bare) is not None or salt(bare, self.case.topic) is not None or ion(bare) is not None

    def take(self, name: str, amount: Quantity) -> bool:
        """Sort one input; False where it is none of these, or a volume of which the strength is not told."""
        bare = without_strength(name)
        cation = mixed_phosphate(bare)
        found = None if cation else salt(bare, self.case.topic)
        known = None if cation or found else ion(re.sub(r"_(meq|mmol|per_kg|per_l)$", "", bare))
        if cation is None and found is None and known is None:
            return False
        if not measures(amount, "mL") or measures(amount, "g"):
            self._sort(bare, amount, cation, found, known)
            self._ordered |= {known} if known else set()
            return True
        self.added.append(amount)
        held = strengths(self.case, name)
        for of, per_volume in held:
            part = (amount * per_volume).named(None)
            self.second_ions += per_volume is not held[0][1]
            if of is not None and (cation is not None or (found is not None and measures(part, "g"))):
                self.ions.append((of, part))  # of a salt's mEq all its ions follow
                self.brought_together.append({of})
            else:
                self._sort(bare, part, cation, found, known)
        if not held:
            self._leave_open(f"the strength of {name}", cation, found, known)
        return bool(held)

    def amounts(self) -> list[Quantity]:
        """Everything given of salts and ions."""
        return [*(amount for *_, amount in self.salts), *(amount for _, amount in self.ions)]

    def refuse_if_not_told(self, name: str) -> None:
        """Stop where something brings this ion and it is not told how much of it."""
        if name in self._not_told:
            raise CannotAnswer(f"not told: {self._not_told[name]}")
        if name in self._mixed & self._ordered:
            raise CannotAnswer(f"whether the {name} of the phosphate is in the {name} that is given is not told")

    def refuse_what_is_not_told(self) -> None:
        """Stop where something is in the bag of which it is not told how much."""
        for name in CHARGES:
            self.refuse_if_not_told(name)

    def _sort(
        self, name: str, amount: Quantity, cation: str | None, found: Salt | Substance | None, known: str | None
    ) -> None:
        if found is not None:
            own = factors.molar_mass(self.case, name)
            if own is not None and isinstance(found, Salt):
                found = replace(found, mass=own)
            self.salts.append((name, found, amount))
        elif known is not None:
            self.ions.append((known, amount))
            self.brought_together.append({known})
        elif cation is not None:
            self._phosphate(name, amount, cation)

    def _phosphate(self, name: str, amount: Quantity, cation: str) -> None:
        """A phosphate injection: mmol tell the phosphate, mEq the cation, the product's ratio the other."""
        ratio = cation_per_phosphate(self.case, cation)
        self._mixed.add(cation)
        told = "phosphate" if measures(amount, "mmol") else cation if measures(amount, "mEq") else None
        if told is None:
            self._leave_open(f"how much phosphate {name} is", cation, None, None)
            return
        self.ions.append((told, amount))
        self.brought_together.append({cation, "phosphate"})
        other = cation if told == "phosphate" else "phosphate"
        if ratio is None:
            self._not_told[other] = f"how much {other} comes with {name}: its products differ"
        else:
            per = Quantity(ratio, "mEq/mmol")
            self.second_ions += 1
            self.ions.append((other, amount * per if other == cation else amount / per))

    def _leave_open(self, what: str, cation: str | None, found: Salt | Substance | None, known: str | None) -> None:
        names = [cation, "phosphate"] if cation else [known]
        if found is not None:
            one = found.substance(by_mass=False) if isinstance(found, Salt) else found
            names = [part.name for part in one.ions]
        self._not_told.update({name: what for name in names if name})


def ions_in(found: Salt | Substance) -> set[str]:
    """Names of the ions of a salt, whichever hydrate it is."""
    one = found.substance(by_mass=False) if isinstance(found, Salt) else found
    return {part.name for part in one.ions}


def brought(case: Case, found: Salt | Substance, amount: Quantity) -> dict[str, Quantity]:
    """Every ion of a given salt in mmol over what the amount is over; calcium gluconate in mass by its label."""
    by_mass = measures(amount, "g")
    if (
        isinstance(found, Salt)
        and found.name == "calcium gluconate"
        and by_mass
        and found.waters is None
        and not found.mass
    ):
        half = conventions.calcium_gluconate(case) / 2
        calcium = amount * Quantity(half, "mmol") / Quantity(1, "g")
        return {"calcium": calcium, "gluconate": calcium * 2}
    one = found.substance(by_mass=by_mass) if isinstance(found, Salt) else found
    sign = -1 if amount.number < 0 else 1  # differences between two fluids may be negative
    try:
        return {name: (part * sign).named(None) for name, part in ions_of(amount * sign, one).items()}
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None
