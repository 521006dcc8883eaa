"""Whether a bag holds what is added to it. Known capacity: more is refused. Unknown: said so, in the grade it deserves."""

from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.printing import show
from calculations.quantity import Quantity
from formulary.model import SolutionBag


def capacity_findings(bag: SolutionBag, added: Quantity, removed: Quantity, share_limit: Quantity) -> tuple[Finding, ...]:
    """What is to be said about the room in a bag when `added` goes in after `removed` came out.

    `share_limit` (as `one`) is the house's additive share: the house's own rule lets that much be added to any bag.

    Raises:
        CannotCompute: over_capacity, the bag holds less than what would be in it.
    """
    if added <= removed:
        return ()
    filled = bag.label_volume if bag.overfill is None else bag.label_volume + bag.overfill
    content = filled + added - removed
    if bag.capacity is not None and content > bag.capacity:
        raise CannotCompute(
            "over_capacity",
            f"{show(added)} in {bag.display}",
            f"the bag would hold {show(content)}, and its capacity is {show(bag.capacity)}.",
            "Order a larger bag, or take fluid out first.",
        )
    if bag.capacity is not None and bag.overfill is not None:
        return ()
    if added - removed <= bag.label_volume * share_limit:
        return ()
    return (_unknown(bag, added, removed),)


def _unknown(bag: SolutionBag, added: Quantity, removed: Quantity) -> Finding:
    missing = "its capacity" if bag.capacity is None else "its overfill"
    more_than_label = added - removed > bag.label_volume
    return Finding(
        "bag_capacity",
        Grade.HARD if more_than_label else Grade.INFO,
        f"Not known whether a bag of {show(bag.label_volume)} holds {show(added)} more: {missing} is not recorded",
        added,
        bag.label_volume,
        bag.label_volume - added,
        source=bag.source.text,
        mend="Order a larger bag." if more_than_label else f"Record {missing} by its maker in the supplies.",
    )
