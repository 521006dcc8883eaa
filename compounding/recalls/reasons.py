"""The words in which everything that a recall holds says so. Pure; imports nothing of the work."""


def hold_reason(number: str, why: str) -> str:
    """The reason that everything held by a recall carries: `Recall R260414-01: particles`."""
    return f"Recall {number}: {why}"


def recall_in(reason: str) -> str:
    """The number of the recall that a reason names; empty for any other reason."""
    word, _, rest = reason.partition(" ")
    return rest.partition(":")[0] if word == "Recall" and rest.startswith("R") else ""
