"""Whether the order before can be judged as yesterday's: limits on a day's change say nothing of several days."""

from calculations.findings import Finding, Grade
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.planning.situation import NutritionBefore, Situation
from formulary.nutrition.model_profile import NutritionSet

WITHIN = "change_within"
"""The value of the profile: how far apart two orders may start so that a day's limits hold; a hospital may leave it out."""
A_DAY = Quantity(24, "h")


def age_of_the_order_before(s: Situation, before: NutritionBefore, held: NutritionSet) -> tuple[list[Finding], bool]:
    """What must be told of an order that starts more than a day earlier, and whether its changes are still graded.

    They are not where the two start further apart than the profile allows. A profile that does not say it has its changes
    graded, and that is told.
    """
    since = Quantity(int((s.order.start - before.start).total_seconds()), "s").to("h")
    if since <= A_DAY:
        return [], True
    within = next((row.value for row in held.profile.values if row.name == WITHIN), None)
    title = f"The order before this one starts {_words(since)} earlier"
    if within is None:
        told = f"{title}, and the profile does not say how old it may be: its changes are judged as those of one day"
        return [
            Finding("order_before_older", Grade.SOFT, told, since, mend="Look at what the patient got meanwhile.")
        ], True
    if since <= within:
        return [
            Finding("order_before_older", Grade.INFO, f"{title}; its changes are judged as those of one day", since)
        ], True
    told = (
        f"{title}, more than {show(within)}: changes since then are shown, and held against no limit of a day's change"
    )
    mend = "Look at what the patient got meanwhile, and judge the changes."
    return [Finding("order_before_old", Grade.SOFT, told, since, within, within - since, mend=mend)], False


def _words(since: Quantity) -> str:
    return show(since, 0) if since < 3 * A_DAY else f"{show(since.to('day'), 0)}s"
