"""Values of the house that it may leave out: what asks for them then says that it cannot tell."""

from formulary.model import OrderType

USUAL_TIME = "usual_time_to_administration_"
"""How the names begin: from the start of preparation to the start of administration, for one kind of order each."""


def usual_time_name(order_type: OrderType) -> str:
    """The value's name for one kind of order."""
    return f"{USUAL_TIME}{order_type.value}"


def may_be_left_out(name: str) -> bool:
    """Whether house rules without this value are complete."""
    return name.startswith(USUAL_TIME)
