"""Characters that nobody sees, or that turn the text beside them round: who releases a version must be able to read all of it.

Asked for where a draft comes in and where it is released; what was released before is read as it is.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from formulary.faults import DataFault

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
EXPECTED = "text in which every character can be seen; type it anew instead of pasting it"


def hidden_faults(file: str, data: Mapping[str, Any]) -> list[DataFault]:
    """Every value and every name of a file that holds such a character, by its path."""
    return [DataFault(file, path, ascii(text), EXPECTED) for path, text in _texts(data, "") if _HIDDEN.search(text)]


def _texts(data: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, Mapping):
        for name, value in data.items():
            here = f"{path}.{name}" if path else str(name)
            yield (path, str(name))
            yield from _texts(value, here)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _texts(value, f"{path}[{number}]")
    elif isinstance(data, str):
        yield (path, data)
