"""Which application identifiers may, must and must not stand together on one item.

Source: GS1 General Specifications, section 4.14 (element strings that need another) and 4.13 (pairs that exclude each
other; the same element string repeated must carry the same value). `n` stands for any digit.

A product label that breaks such a rule is still read: the findings are for whoever prints or receives codes.
"""

from collections.abc import Sequence

from formulary.identifiers.gs1 import Element

_ITEM = ("01", "02", "03", "8006", "8026")
_ITEM_TEXT = ("01", "02", "03")
_SHIP = ("00",)
_MEASURE = ("30", "31nn", "32nn", "35nn", "36nn")

# AI pattern -> the AIs (joined by + where several are needed at once) of which one must be present.
_NEEDS: dict[str, tuple[str, ...]] = {
    "02": ("37",), "10": _ITEM, "11": _ITEM, "12": ("8020",), "13": _ITEM, "15": _ITEM, "16": _ITEM,
    "17": (*_ITEM, "255"), "20": _ITEM, "21": ("01", "03", "8006"), "22": ("01",), "235": ("01",), "240": _ITEM,
    "241": _ITEM, "242": ("01", "02", "8006", "8026"), "243": ("01", "03"), "250": ("01+21", "03+21", "8006+21"),
    "251": ("01", "03", "8006"), "254": ("414",), "30": ("01", "02"), "31nn": ("01", "02"), "32nn": ("01", "02"),
    "337n": ("01",), "33nn": ("00", "01"), "34nn": ("00", "01"), "350n": ("01", "02"), "351n": ("01", "02"),
    "352n": ("01", "02"), "353n": ("00", "01"), "354n": ("00", "01"), "355n": ("00", "01"), "356n": ("01", "02"),
    "357n": ("01", "02"), "360n": ("01", "02"), "361n": ("01", "02"), "362n": ("00", "01"), "363n": ("00", "01"),
    "364n": ("01", "02"), "365n": ("01", "02"), "366n": ("01", "02"), "367n": ("00", "01"), "368n": ("00", "01"),
    "369n": ("00", "01"), "37": ("00+02", "00+8026"), "390n": ("255", "8020"), "391n": ("8020",),
    "392n": tuple(f"01+{one}" for one in _MEASURE), "393n": _MEASURE, "394n": ("255",), "395n": _MEASURE,
    "403": _SHIP, "415": ("8020",), "422": _ITEM, "423": _ITEM_TEXT, "424": _ITEM_TEXT, "425": _ITEM_TEXT,
    "426": _ITEM_TEXT, "427": ("01+422", "02+422", "03+422"), "4303": ("4302",), "4313": ("4312",), "43nn": _SHIP,
    "7001": ("01", "02", "8006", "8026"), "7002": ("01", "02"), "7003": _ITEM_TEXT, "7004": ("01+10", "03+10"),
    "7005": ("01", "02"), "7006": ("01", "02"), "7007": ("01", "02"), "7008": ("01", "02"), "7009": ("01", "02"),
    "7010": _ITEM_TEXT, "7011": _ITEM_TEXT, "7020": ("01+416", "03+416", "8006+416"), "7021": ("01", "03", "8006"),
    "7022": ("01+7021", "03+7021", "8006+7021"), "703n": ("01", "02"), "7041": _SHIP, "71n": ("01",),
    "723n": ("01", "8004"), "7240": ("01", "8006"), "7241": ("8017", "8018"), "7242": ("8017", "8018"),
    "7250": ("8018",), "7251": ("8018",), "7252": ("8018",), "7253": ("8017", "8018"), "7254": ("8017", "8018"),
    "7255": ("8017", "8018"), "7256": ("8017", "8018"), "7257": ("8018",), "7258": ("8018+7259",),
    "7259": ("8018",), "8001": ("01",), "8005": ("01", "02"), "8007": ("415",), "8008": _ITEM_TEXT,
    "8009": ("00", "01", "03"), "8011": ("8010",), "8012": ("01", "03", "8006"), "8014": ("01",),
    "8019": ("8017", "8018"), "8020": ("415",), "8026": ("37",),
    "8030": ("00", "01+21", "03+21", "253", "255", "8003", "8004", "8006+21", "8010+8011", "8017", "8018"),
    "8040": ("01+21",), "8041": ("01+21+8040",), "8042": ("01+21+8040",), "8043": ("01+21+8040",),
    "8111": ("255",), "8200": ("01",),
}  # fmt: skip

# AI pattern -> AIs that must not be present with it (itself with another last digit included: 310n excludes 310n).
_EXCLUDES: dict[str, tuple[str, ...]] = {
    "01": ("02", "03", "255", "37", "8006"), "02": ("03", "8026"), "03": ("37", "235", "8006", "8026", "7240"),
    "21": ("235",), "255": ("02", "415", "8006", "8020", "8026"), "390n": ("391n", "394n", "8111"),
    "392n": ("393n",), "394n": ("8111",), "395n": ("392n", "393n", "8005"), "420": ("421",), "421": ("4307",),
    "426": ("422", "423", "424", "425"), "4330": ("4331",), "4332": ("4333",), "7250": ("7251",),
    "7256": ("7253", "7254", "7255", "7259"), "7259": ("7253", "7254", "7255"), "8006": ("37", "8026"),
    "8017": ("8018",),
}  # fmt: skip
_ONE_OF_FAMILY = ("31", "32", "33", "34", "35", "36")
_ONE_OF_FAMILY_PRICES = ("390", "391", "392", "393", "394", "395")
_SERIAL_STARTS = {"253": 13, "255": 13, "8003": 14}


def association_faults(elements: Sequence[Element]) -> list[str]:
    """What is wrong with the combination, one sentence each; empty where the combination is allowed."""
    return contradictions(elements) + missing_companions(elements)


def contradictions(elements: Sequence[Element]) -> list[str]:
    """Elements that cannot both be true of one item."""
    present = {one.ai for one in elements}
    faults = [
        f"({ai}) stands more than once with different values"
        for ai in sorted(present)
        if len({one.value for one in elements if one.ai == ai}) > 1
    ]
    return faults + [
        f"({ai}) must not stand with ({other})" for ai in sorted(present) for other in _excluded(ai, present)
    ]


def missing_companions(elements: Sequence[Element]) -> list[str]:
    """Elements that stand without another one that they need."""
    present = {one.ai for one in elements}
    faults = []
    for ai in sorted(present):
        needs = _rule(_NEEDS, ai)
        if needs and not any(all(_any_matches(one, present - {ai}) for one in way.split("+")) for way in needs):
            faults.append(f"({ai}) needs " + " or ".join(way.replace("+", " and ") for way in needs))
    if "8030" in present:
        faults += [
            f"({one.ai}) needs its serial number beside (8030)"
            for one in elements
            if len(one.value) == _SERIAL_STARTS.get(one.ai)
        ]
    return faults


def _excluded(ai: str, present: set[str]) -> list[str]:
    """The AIs present that must not stand with this one."""
    patterns = _rule(_EXCLUDES, ai) or ()
    family = ai[:3] if len(ai) == 4 and (ai[:2] in _ONE_OF_FAMILY or ai[:3] in _ONE_OF_FAMILY_PRICES) else None
    return [
        other
        for other in sorted(present - {ai})
        if any(_matches(one, other) for one in patterns) or (family is not None and other[:3] == family)
    ]


def _rule(rules: dict[str, tuple[str, ...]], ai: str) -> tuple[str, ...] | None:
    """The rule for an AI: its own, else that of the narrowest family it belongs to."""
    fitting = [pattern for pattern in rules if _matches(pattern, ai)]
    return rules[min(fitting, key=lambda pattern: pattern.count("n"))] if fitting else None


def _any_matches(pattern: str, present: set[str]) -> bool:
    return any(_matches(pattern, ai) for ai in present)


def _matches(pattern: str, ai: str) -> bool:
    return len(pattern) == len(ai) and all(p in ("n", a) for p, a in zip(pattern, ai, strict=True))
