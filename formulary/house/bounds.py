"""Bounds of the house that contradict each other, looked for before a part of the house is released."""

from collections.abc import Iterator

from formulary.checks_products import text
from formulary.faults import DataFault
from formulary.model import Formulary

WINDOWS = ("weight", "height", "surface", "syringe_fill", "tenfold")
"""Each has a lower and an upper end in the house rules."""


def bounds_faults(formulary: Formulary) -> Iterator[DataFault]:
    """Windows that are upside down, and what is measured though the house never measures so little."""
    site = formulary.site
    for name in WINDOWS:
        low, high = site.value(f"{name}_low"), site.value(f"{name}_high")
        if low >= high:
            yield DataFault("rules", f"values.{name}_high", text(high), f"more than {name}_low ({text(low)})")
    never = site.value("never_measured_below")
    wanted = f"no less than never_measured_below ({text(never)})"
    if site.value("smallest_measurable") < never:
        yield DataFault("rules", "values.smallest_measurable", text(site.value("smallest_measurable")), wanted)
    for index, syringe in enumerate(formulary.supplies.syringes):
        if syringe.smallest_measurable < never:
            found = text(syringe.smallest_measurable)
            yield DataFault("supplies", f"syringes[{index}].smallest_measurable", found, wanted)
