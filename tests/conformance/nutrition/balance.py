"""Nitrogen balance: what is taken in less the urea nitrogen of the urine and the other losses, as far as they are told."""

import re

from calculations.quantity import Quantity
from tests.conformance.case import CannotAnswer
from tests.conformance.nutrition.bag import Bag
from tests.conformance.nutrition.conventions import NUMBER, texts
from tests.conformance.nutrition.nutrients import nitrogen

_URINE = {"uun", "urinary_urea_nitrogen", "urine_urea_nitrogen", "urea_nitrogen", "uun_24h", "urinary_nitrogen"}
_LOSSES = {
    "losses", "insensible_losses", "insensible_loss", "other_losses", "obligatory_losses", "obligatory_loss", "nitrogen_losses",
    "insensible_nitrogen_losses", "insensible_nitrogen", "non_urea_losses",
}  # fmt: skip
_ADDED = re.compile(rf"(?:uun|urea nitrogen|uun in g|uun \(g\)) ?\+ ?{NUMBER}(?![\d.]| ?%)")
_NAMED = re.compile(rf"(?:insensible|obligatory|other|stool|fecal|faecal)[^\d;,]*losses?[^\d;,]*{NUMBER}(?: ?g\b|$)")


def nitrogen_balance(bag: Bag) -> Quantity:
    """Grams of nitrogen; the losses beside the urine's are never supposed."""
    urine = [one for name, one in bag.plain.items() if name in _URINE]
    losses = [bag.whole(one) for name, one in bag.plain.items() if name in _LOSSES]
    if not losses:
        said = [found[1] for _, text in texts(bag.case) if (found := _ADDED.search(text) or _NAMED.search(text))]
        losses = [Quantity(value, "g") for value in dict.fromkeys(said)]
    if len(urine) != 1 or len(losses) != 1:
        raise CannotAnswer("the urea nitrogen of the urine and the other losses must both be told")
    return nitrogen(bag) - bag.whole(urine[0]) - losses[0]
