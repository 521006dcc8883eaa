"""Words that a product is found by: small letters and digits, accents taken off, everything else a gap."""

import re
import unicodedata

_WORD = re.compile("[a-z0-9]+")


def words_of(*texts: str) -> frozenset[str]:
    """Every word of these texts once: `Müller, 0.9 %` gives muller, 0 and 9."""
    joined = " ".join(texts).casefold()
    if not joined.isascii():
        joined = unicodedata.normalize("NFKD", joined)
        joined = "".join(sign for sign in joined if not unicodedata.combining(sign))
    return frozenset(_WORD.findall(joined))


def after(word: str) -> str:
    """The first text that comes behind all texts that begin with this word, in the order of bytes."""
    return word[:-1] + chr(ord(word[-1]) + 1)
