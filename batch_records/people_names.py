"""How names and roles are compared and judged, apart from who may change them."""

import re
import unicodedata
from collections.abc import Set

from batch_records.acts import Refusal

_ROLE = re.compile(r"[a-z][a-z_ ]{1,39}")


def one_spelling(name: str) -> str:
    """A name without what eyes cannot tell apart: two accounts of one printed name would let one person check own work."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def bad_roles(roles: Set[str]) -> Refusal | None:
    """What is wrong with a set of roles, or None. Nobody is given the role of the program itself."""
    wrong = sorted(role for role in roles if not _ROLE.fullmatch(role) or role == "system")
    if wrong or not roles:
        return Refusal(
            "roles", f"At least one role is needed, in small letters; found {', '.join(wrong) or 'none'}.", 422
        )
    return None
