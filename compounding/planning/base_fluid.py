"""The osmolarity of the base fluid against the house's limits. What the drugs add to it is stated nowhere and is not counted."""

from calculations.findings import Finding, Grade
from calculations.printing import show
from compounding.planning.situation import Situation
from formulary.model import Line, OrderType, Solution


def osmolarity_findings(s: Situation, solution: Solution | None) -> list[Finding]:
    """Into a vein: a base fluid so thin that it bursts blood cells, or too concentrated for the line as ordered.

    A push is left to its label: in a few millilitres of water the drug itself is most of what is dissolved.
    """
    if solution is None or solution.osmolarity is None or s.route != "IV" or s.order.order_type is OrderType.PUSH:
        return []
    found, site = solution.osmolarity, s.formulary.site
    low, high = site.row("osmolarity_low_limit"), site.row("osmolarity_peripheral_limit")
    brings = f"{solution.display} has {show(found)}, the drugs in it not counted"
    if found < low.value:
        title = f"{brings}: under {show(low.value)} blood cells burst"
        mend = "Order a diluent that holds salt or dextrose, or work out what the drugs add."
        return [Finding("osmolarity_low", Grade.SOFT, title, found, low.value, found - low.value, low.source.text, mend)]
    if found > high.value and s.line is Line.PERIPHERAL:
        title = f"{brings}: over {show(high.value)} only into a central line"
        mend = "Ask for a central line, or another diluent."
        margin = high.value - found
        return [Finding("osmolarity_peripheral", Grade.SOFT, title, found, high.value, margin, high.source.text, mend)]
    return []
