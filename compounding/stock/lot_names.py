"""The one normal form of a lot number: what makes two spellings the same lot. Pure; imports nothing."""


def lot_key(lot: str) -> str:
    """A lot number as records and searches know it. Small letters typed for capitals are the same lot."""
    return lot.strip().upper()
