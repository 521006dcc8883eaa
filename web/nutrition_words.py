"""What the templates of the nutrition set turn values into words and pictures with."""

from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.model_rules import Curve
from formulary.nutrition.views import band_words, charge_worked_out, figures_of, read_limits, relied_on_for
from formulary.views import bound, share, source_words
from web.curve_drawing import CurvePlot, curve_plot

ROLES = {
    "amino_acids": "Amino acids",
    "dextrose": "Dextrose",
    "lipid": "Lipid emulsions",
    "salt": "Salts",
    "trace_elements": "Trace elements",
    "vitamins": "Vitamins",
    "water": "Water",
    "cysteine": "Cysteine",
    "drug": "Drugs",
    "ready_bag": "Ready-made bags",
}
"""Headings of the products, in the order of the page."""


def plotted(curve: Curve) -> CurvePlot | None:
    """The plot of a released or drafted curve."""
    points = [(point.calcium, point.phosphate) for point in curve.points]
    return curve_plot(points, [(row.calcium, row.phosphate) for row in read_limits(curve)])


def product_names(held: NutritionSet, ids: tuple[str, ...]) -> str:
    """Products by the names on their labels."""
    return "; ".join(held.product(name).display for name in ids)


WORDS = {
    "band_words": band_words,
    "bound": bound,
    "charge_worked_out": charge_worked_out,
    "figures_of": figures_of,
    "plotted": plotted,
    "product_names": product_names,
    "read_limits": read_limits,
    "relied_on_for": relied_on_for,
    "role_words": ROLES,
    "share": share,
    "source_words": source_words,
}
"""As the page's templates name them."""
