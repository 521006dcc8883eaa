"""``bench nutrition``: a whole order of parenteral nutrition against naive pint and NumPy by hand, in one run.

Twelve ingredients and water, text in, units checked, exact, to 51 figures, by the declared formulas of
`calculations.nutrition`; the same with every derivation as data; and the same formulas over columns in blocks of 1,024
orders against NumPy written by hand in blocks of the same size. The column figures are compared with exact ones.
Beside them, without a target: the engine whole, which also allocates the salts. Last the preview while an order is typed,
whole requests to the running server (`benchmarks._preview`).
"""

import sys
import timeit
from collections.abc import Callable, Mapping
from typing import Any

import numpy
import pint

from benchmarks._nutrition_engine import engine
from benchmarks._preview import preview
from calculations.column import Column
from calculations.concentration import _concentration_of, _volume_of_dose
from calculations.formula import recording
from calculations.nutrition import bases, energy, energy_totals, glucose, nitrogen, solution, volumes
from calculations.nutrition.columns import BLOCK, Cell, Sheet
from calculations.nutrition.fixed_sources import _brought
from calculations.nutrition.fluid import _final_percent
from calculations.nutrition.lipid import _mass_rate, _rate, _volume_at
from calculations.quantity import Quantity

ROWS = 16 * BLOCK
_REPEATS = 60

ORDER = {
    "weight": "1.2 kg", "pump_rate": "6 mL/h", "hours": "24 h", "amino_acids": "3.5 g/kg/day",
    "dextrose": "10 mg/kg/min", "lipid": "2.5 g/kg/day", "sodium_chloride": "1.5 mEq/kg/day",
    "sodium_acetate": "1.5 mEq/kg/day", "potassium": "0.5 mEq/kg/day", "phosphate": "1 mmol/kg/day",
    "calcium": "2.48 mEq/kg/day", "magnesium": "0.3 mEq/kg/day", "zinc": "400 mcg/kg/day",
    "carnitine": "10 mg/kg/day", "vitamins": "3 mg/kg/day",
}  # fmt: skip
STRENGTHS = {
    "amino_acids": ("0.1", "g/mL"), "dextrose": ("0.7", "g/mL"), "lipid": ("0.2", "g/mL"),
    "sodium_chloride": ("4", "mEq/mL"), "sodium_acetate": ("2", "mEq/mL"), "potassium": ("2", "mEq/mL"),
    "phosphate": ("3", "mmol/mL"), "calcium": ("0.465", "mEq/mL"), "magnesium": ("4.06", "mEq/mL"),
    "zinc": ("1000", "mcg/mL"), "carnitine": ("200", "mg/mL"), "vitamins": ("1", "mg/mL"),
}  # fmt: skip
OSMOLARITIES = ("0.875", "3.53", "0.27", "8", "4", "4", "7.4", "0.68", "4.06", "0.1", "1.1", "1")
SODIUM = {"amino_acids": "0.005", "sodium_chloride": "4", "sodium_acetate": "2"}
POTASSIUM = {"potassium": "2", "phosphate": "4.4"}
PHOSPHATE = {"lipid": "0.015", "phosphate": "3"}
ONE_G = {"dextrose": "3.4", "amino_acids": "4", "lipid": "10"}
_NITROGEN = Quantity("0.0155", "g/mL")
INGREDIENTS = tuple(STRENGTHS)


def _per_ml(table: Mapping[str, str], unit_name: str) -> tuple[Quantity, ...]:
    return tuple(Quantity(n, unit_name) for n in table.values())


def cells() -> dict[str, Cell]:
    """The figures, each by its declared formula; a source is an order field or an earlier figure."""
    found = {"bag": Cell(_volume_at, {"rate": "pump_rate", "time": "hours"})}
    for name in INGREDIENTS:
        found[f"{name} a day"] = Cell(bases.for_weight, {"ordered": name, "weight": "weight"})
        strength = Quantity(*STRENGTHS[name])
        found[f"{name} volume"] = Cell(_volume_of_dose, {"dose": f"{name} a day", "concentration": strength})
    drawn = tuple(f"{name} volume" for name in INGREDIENTS)
    found["sources"] = Cell(volumes.sum_of_volumes, {"volumes": drawn})
    found["water"] = Cell(volumes.water_to_fill, {"bag": "bag", "sources": "sources"})
    for name in ("amino_acids", "dextrose", "lipid"):
        found[f"{name} percent"] = Cell(_final_percent, {"mass": f"{name} a day", "volume": "bag"})
    for name, formula in _ENERGIES.items():
        per_gram = Quantity(ONE_G[name], "kcal/g")
        found[f"{name} energy"] = Cell(formula, {name: f"{name} a day", "per_gram": per_gram})
    found["energy"] = Cell(energy._total_energy, {"sources": tuple(f"{name} energy" for name in _ENERGIES)})
    found["energy per kg"] = Cell(energy_totals._energy_per_kg, {"energy": "energy", "weight": "weight"})
    found["nonprotein"] = Cell(energy._nonprotein_energy, {"dextrose": "dextrose energy", "lipid": "lipid energy"})
    found["nitrogen"] = Cell(nitrogen._by_product, {"volume": "amino_acids volume", "per_ml": _NITROGEN})
    found["npc to n"] = Cell(nitrogen._per_nitrogen, {"nonprotein": "nonprotein", "nitrogen": "nitrogen"})
    for ion, table, measure in (("sodium", SODIUM, "mEq/mL"), ("phosphorus", PHOSPHATE, "mmol/mL")):
        sources = tuple(f"{name} volume" for name in table)
        found[ion] = Cell(_brought, {"volumes": sources, "strengths": _per_ml(table, measure)})
    found["potassium in all"] = Cell(
        _brought, {"volumes": tuple(f"{n} volume" for n in POTASSIUM), "strengths": _per_ml(POTASSIUM, "mEq/mL")}
    )
    for ion in ("sodium", "potassium in all", "calcium a day", "phosphorus"):
        found[f"{ion} per litre"] = Cell(bases.per_litre, {"amount": ion, "volume": "bag"})
    found["monovalent"] = Cell(solution._cations, {"cations": ("sodium", "potassium in all"), "volume": "bag"})
    return found | _rates(drawn)


def _rates(drawn: tuple[str, ...]) -> dict[str, Cell]:
    strengths = tuple(Quantity(n, "mOsm/mL") for n in OSMOLARITIES)
    gir = {"dextrose": "dextrose a day", "weight": "weight", "time": "hours"}
    return {
        "osmolarity": Cell(solution.bag_osmolarity, {"volumes": drawn, "osmolarities": strengths, "infused": "bag"}),
        "glucose rate": Cell(glucose._infusion_rate, gir),
        "lipid rate": Cell(_rate, {"volume": "lipid volume", "time": "hours"}),
        "lipid per hour": Cell(_mass_rate, {"lipid": "lipid a day", "weight": "weight", "time": "hours"}),
        "zinc per litre": Cell(_concentration_of, {"amount": "zinc a day", "volume": "bag"}),
    }


_ENERGIES = {
    "dextrose": energy._dextrose_energy, "amino_acids": energy._amino_acid_energy, "lipid": energy._lipid_energy,
}  # fmt: skip


def read(texts: Mapping[str, str]) -> dict[str, Quantity]:
    """The order's fields from text, each unit checked."""
    return {name: Quantity.parse(text, name, body_weight=name == "weight") for name, text in texts.items()}


def derived(sheet: Sheet, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every figure with its derivation as data, exact and as printed."""
    with recording() as noted:
        sheet.work(read(texts))
    return noted.as_data()


def naive_pint(registry: Any) -> Callable[[Mapping[str, str]], dict[str, Any]]:
    """The same figures in pint as anyone would write them: the stock registry, floats, text parsed by pint."""
    for line in ("mEq = [charge_equivalents]", "mOsm = [osmoles]"):
        registry.define(line)
    q = registry.Quantity
    strengths = {name: q(float(n), unit) for name, (n, unit) in STRENGTHS.items()}
    osmolarities = [q(float(n), "mOsm/mL") for n in OSMOLARITIES]
    brought = {
        "sodium": {name: q(float(n), "mEq/mL") for name, n in SODIUM.items()},
        "potassium in all": {name: q(float(n), "mEq/mL") for name, n in POTASSIUM.items()},
        "phosphorus": {name: q(float(n), "mmol/mL") for name, n in PHOSPHATE.items()},
    }
    per_gram = {name: q(float(n), "kcal/g") for name, n in ONE_G.items()}
    day, nitrogen_per_ml = q(1, "day"), q(0.0155, "g/mL")
    units = {"sodium": "mEq", "potassium in all": "mEq", "calcium a day": "mEq", "phosphorus": "mmol"}

    def figures(texts: Mapping[str, str]) -> dict[str, Any]:
        given = {name: q(text) for name, text in texts.items()}
        weight, hours = given["weight"], given["hours"]
        found = {"bag": (given["pump_rate"] * hours).to("mL")}
        bag = found["bag"]
        for name, strength in strengths.items():
            measure = str(strength.units).split(" / ")[0]
            found[f"{name} a day"] = (given[name] * weight * day).to(measure)
            found[f"{name} volume"] = (found[f"{name} a day"] / strength).to("mL")
        found["sources"] = sum((found[f"{name} volume"] for name in strengths), q(0.0, "mL"))
        found["water"] = bag - found["sources"]
        for name, each in per_gram.items():
            found[f"{name} percent"] = (found[f"{name} a day"] / bag).to("g/dL")
            found[f"{name} energy"] = (found[f"{name} a day"] * each).to("kcal")
        found["energy"] = sum((found[f"{name} energy"] for name in per_gram), q(0.0, "kcal"))
        found["energy per kg"] = (found["energy"] / day / weight).to("kcal/kg/day")
        found["nonprotein"] = found["dextrose energy"] + found["lipid energy"]
        found["nitrogen"] = (found["amino_acids volume"] * nitrogen_per_ml).to("g")
        found["npc to n"] = (found["nonprotein"] / found["nitrogen"]).to("kcal/g")
        for ion, table in brought.items():
            parts = (found[f"{name} volume"] * strength for name, strength in table.items())
            found[ion] = sum(parts, q(0.0, units[ion])).to(units[ion])
        for ion, measure in units.items():
            found[f"{ion} per litre"] = (found[ion] / bag).to(f"{measure}/L")
        found["monovalent"] = ((found["sodium"] + found["potassium in all"]) / bag).to("mEq/L")
        osmoles = (found[f"{name} volume"] * o for name, o in zip(strengths, osmolarities, strict=True))
        found["osmolarity"] = (sum(osmoles, q(0.0, "mOsm")) / bag).to("mOsm/L")
        found["glucose rate"] = (found["dextrose a day"] / (weight * hours)).to("mg/kg/min")
        found["lipid rate"] = (found["lipid volume"] / hours).to("mL/h")
        found["lipid per hour"] = (found["lipid a day"] / (weight * hours)).to("g/kg/h")
        found["zinc per litre"] = (found["zinc a day"] / bag).to("mg/mL")
        return found

    return figures


def by_hand(given: Mapping[str, Any]) -> dict[str, Any]:
    """The same figures in NumPy as written by hand: plain floats, the unit factors worked out beforehand."""
    weight, hours = given["weight"], given["hours"]
    found = {"bag": given["pump_rate"] * hours}
    bag = found["bag"]
    litres = bag / 1000
    for name, (n, factor) in HAND.items():
        found[f"{name} a day"] = given[name] * weight * factor
        found[f"{name} volume"] = found[f"{name} a day"] / n
    volume = [found[f"{name} volume"] for name in HAND]
    found["sources"] = sum(volume[1:], volume[0])
    found["water"] = bag - found["sources"]
    for name, n in (("amino_acids", 4.0), ("dextrose", 3.4), ("lipid", 10.0)):
        found[f"{name} percent"] = found[f"{name} a day"] / (bag * 10)
        found[f"{name} energy"] = found[f"{name} a day"] * (n / 1000)
    found["energy"] = found["dextrose energy"] + found["amino_acids energy"] + found["lipid energy"]
    found["energy per kg"] = found["energy"] / weight
    found["nonprotein"] = found["dextrose energy"] + found["lipid energy"]
    found["nitrogen"] = found["amino_acids volume"] * 0.0155
    found["npc to n"] = found["nonprotein"] / found["nitrogen"]
    found["sodium"] = (
        found["amino_acids volume"] * 0.005 + found["sodium_chloride volume"] * 4 + found["sodium_acetate volume"] * 2
    )
    found["potassium in all"] = found["potassium volume"] * 2 + found["phosphate volume"] * 4.4
    found["phosphorus"] = found["lipid volume"] * 0.015 + found["phosphate volume"] * 3
    for ion in ("sodium", "potassium in all", "calcium a day", "phosphorus"):
        found[f"{ion} per litre"] = found[ion] / litres
    found["monovalent"] = (found["sodium"] + found["potassium in all"]) / litres
    osmoles = [v * o for v, o in zip(volume, HAND_OSMOLES, strict=True)]
    found["osmolarity"] = sum(osmoles[1:], osmoles[0]) / litres
    minutes = hours * 60
    found["glucose rate"] = found["dextrose a day"] / (weight * minutes)
    found["lipid rate"] = found["lipid volume"] / hours
    found["lipid per hour"] = found["lipid a day"] / 1000 / (weight * hours)
    found["zinc per litre"] = found["zinc a day"] / bag
    return found


_FACTORS = {"g/mL": 1000.0, "mcg/mL": 0.001}
_DOSES = {"dextrose": 1440.0, "zinc": 0.001, "amino_acids": 1000.0, "lipid": 1000.0}
HAND = {name: (float(n) * _FACTORS.get(unit, 1.0), _DOSES.get(name, 1.0)) for name, (n, unit) in STRENGTHS.items()}
"""mg (mEq, mmol) per mL, and the factor from the ordered unit to mg (mEq, mmol) per kg and day."""
HAND_OSMOLES = tuple(float(n) for n in OSMOLARITIES)


def made_rows(sheet: Sheet) -> dict[str, Column]:
    """Many orders, always the same: each field of the order between half and twice its amount."""
    dice = numpy.random.default_rng(20260414)
    fields = read(ORDER)
    columns = {}
    for name in sheet.columns:
        middle = float(fields[name].number)
        columns[name] = Column(dice.uniform(middle / 2, middle * 2, ROWS).round(4), fields[name].unit)
    return columns


def hand_blocks(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """By hand, in blocks of the same size, into arrays of the whole length."""
    results: dict[str, Any] = {}
    for start in range(0, ROWS, BLOCK):
        part = by_hand({name: array[start : start + BLOCK] for name, array in arrays.items()})
        if not results:
            results = {name: numpy.empty(ROWS) for name in part}
        for name, figures in part.items():
            results[name][start : start + BLOCK] = figures
    return results


def agreement(sheet: Sheet, columns: Mapping[str, Column], found: Mapping[str, Column]) -> float:
    """The largest relative difference from the exact figures over some rows."""
    worst = 0.0
    for row in range(0, ROWS, ROWS // 64):
        for name, quantity in sheet.exact_row(columns, row).items():
            exactly = float(quantity.number)
            worst = max(worst, abs(found[name].array[row] - exactly) / max(abs(exactly), 1.0))
    return worst


def best(*works: tuple[Callable[[], Any], int]) -> list[float]:
    """Seconds for one run of each, the best of several rounds in which all take turns on the same busy machine."""
    rounds = [[timeit.timeit(work, number=number) / number for work, number in works] for _ in range(_REPEATS)]
    return [min(times) for times in zip(*rounds, strict=True)]


def main() -> int:
    """Measure, print figure and target of each, and give 0 if all targets hold, else 1."""
    fields = read(ORDER)
    sheet = Sheet({name: quantity.unit.name for name, quantity in fields.items()}, cells())
    peer = naive_pint(pint.UnitRegistry())
    theirs, ours = peer(ORDER), sheet.work(fields)
    for name, quantity in ours.items():
        if not numpy.isclose(float(quantity.number), theirs[name].m_as(_pint_unit(quantity)), rtol=1e-12):
            raise SystemExit(f"the two differ: {name}, {quantity} and {theirs[name]}")
    columns = made_rows(sheet)
    arrays = {name: column.array for name, column in columns.items()}
    found, hand = sheet.run(columns), hand_blocks(arrays)
    if any(not numpy.allclose(found[name].array, hand[name], rtol=1e-12) for name in found):
        raise SystemExit("columns and NumPy by hand differ")
    pint_time, exact_time, derived_time, engine_time = best(
        (lambda: peer(ORDER), 1),
        (lambda: sheet.work(read(ORDER)), 40),
        (lambda: derived(sheet, ORDER), 15),
        (engine(), 1),
    )
    hand_time, column_time = best((lambda: hand_blocks(arrays), 1), (lambda: sheet.run(columns), 1))
    off = agreement(sheet, columns, found)
    print(f"naive pint {pint_time * 1e6:.0f} µs for {len(ours)} figures, best of {_REPEATS}")
    rows = (
        ("one order, text in, exact", f"{exact_time * 1e6:.0f} µs", pint_time / exact_time, 40, "× naive pint"),
        ("the same with full derivation", f"{derived_time * 1e6:.0f} µs", pint_time / derived_time, 15, "× naive pint"),
        (f"{ROWS:,} orders in blocks of {BLOCK:,}", f"{column_time * 1e3:.1f} ms", 100 * hand_time / column_time, 30,
         "% of NumPy by hand"),
    )  # fmt: skip
    for name, time, figure, target, what in rows:
        print(f"{name}: {time}, {figure:.0f} {what}, target at least {target}")
    print(f"columns beside exact: off by at most {off:.1e} of the figure, target at most 1e-12")
    print(f"the engine whole, salts allocated, every figure: {engine_time * 1e6:.0f} µs, no target")
    short = [name for name, _, figure, target, _ in rows if figure < target]
    short += ["columns beside exact"] if off > 1e-12 else []
    short += preview()
    print(f"falls short: {'; '.join(short)}" if short else "holds")
    return 1 if short else 0


def _pint_unit(quantity: Quantity) -> str:
    return {"%": "g/dL"}.get(quantity.unit.name, quantity.unit.name)


if __name__ == "__main__":
    sys.exit(main())
