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
    if since.number <= 0:
        return [_second_bag(-since, before)], False
    if since <= A_DAY:
        return _still_running(since, before), True
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


def _second_bag(later: Quantity, before: NutritionBefore) -> Finding:
    """Another accepted order of the same night: its bag would hang beside this one, and everything be given twice."""
    when = "with this one" if not later.number else f"{show(later)} after this one, while it runs"
    title = f"Another accepted order of nutrition for this patient starts {when}: two bags for the same night"
    return Finding("second_bag", Grade.HARD, title, before.order.hours, mend="Stop one of the two orders, or change it.")


def _still_running(since: Quantity, before: NutritionBefore) -> list[Finding]:
    """The bag before has not run in when this one starts: what is left of it must not run on."""
    left = before.order.hours - since
    if left.number <= 0:
        return []
    title = f"The bag before would run for another {show(left)} when this one starts"
    mend = "Say that it is taken down, or start this one later."
    return [Finding("bag_before_still_runs", Grade.SOFT, title, left, mend=mend)]


def _words(since: Quantity) -> str:
    return show(since, 0) if since < 3 * A_DAY else f"{show(since.to('day'), 0)}s"
