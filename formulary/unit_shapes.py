"""What kind of unit a field may carry: amount, volume, time, body size, and what is made of them."""

from calculations.units import Unit

_PARTS = {
    **dict.fromkeys(("mass", "substance", "charge equivalents", "activity", "phenytoin equivalents"), "amount"),
    "body weight": "weight",
    "body surface": "surface",
}

AMOUNT = frozenset({"amount"})
VOLUME = frozenset({"volume"})
TIME = frozenset({"time"})
WEIGHT = frozenset({"weight"})
LENGTH = frozenset({"length"})
FLOW = frozenset({"volume/time"})
SHARE = frozenset({"share"})
STRENGTH = frozenset({"amount/volume"})
DENSITY = STRENGTH
DOSE = frozenset({"amount", "amount/weight", "amount/surface", "amount*time/volume"})
PER_TIME = frozenset({"amount/time", "amount/weight/time", "amount/surface/time"})


def shape(unit: Unit) -> str:
    """The shape of a unit: "amount/weight/time" for mcg/kg/min, "share" for a plain number."""
    powers = unit.dimension.powers
    above = "*".join(_PARTS.get(name, name) for name, power in powers for _ in range(power))
    below = "".join(f"/{_PARTS.get(name, name)}" for name, power in powers for _ in range(-power))
    return f"{above or '1'}{below}" if powers else "share"


def in_words(shapes: frozenset[str]) -> str:
    """The allowed shapes for a message: "a unit of amount/volume"."""
    return "a unit of " + " or ".join(sorted(shapes))
