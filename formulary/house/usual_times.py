"""Values of the house that it may leave out: what asks for them then says that it cannot tell, or goes by another one."""

from formulary.model import OrderType

USUAL_TIME = "usual_time_to_administration_"
"""How the names begin: from the start of preparation to the start of administration, for one kind of order each."""
PREPARATION_TIME = "preparation_time_"
"""How the names begin: from the start of preparation to the release, for one kind of order each."""
MESSAGE_ALARM = "message_alarm"
"""After which time a message that could not be placed is an alarm; without it after "due soon"."""
OF_CONTROLLED = ("controlled_rest_kept", "controlled_received_by", "controlled_inventory_every")
"""Of controlled drugs: without them no rest is kept, one person takes in, and no interval of inventories is told."""


def usual_time_name(order_type: OrderType) -> str:
    """The value's name for one kind of order."""
    return f"{USUAL_TIME}{order_type.value}"


def preparation_time_name(order_type: str) -> str:
    """The value's name for one kind of order."""
    return f"{PREPARATION_TIME}{order_type}"


def may_be_left_out(name: str) -> bool:
    """Whether house rules without this value are complete."""
    return name.startswith((USUAL_TIME, PREPARATION_TIME)) or name in (MESSAGE_ALARM, *OF_CONTROLLED)
