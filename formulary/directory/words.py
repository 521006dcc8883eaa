"""Words that a product is found by: small letters and digits, accents taken off, everything else a gap."""

import re
import unicodedata

_WORD = re.compile("[a-z0-9]+")


def words_of(*texts: str) -> frozenset[str]:
    """Every word of these texts once: `Müller, 0.9 %` gives muller, 0 and 9."""
    return frozenset(_words(" ".join(texts)))


def beginning(text: str) -> str:
    """All words of a text in their order, with one space between: how a name begins."""
    return " ".join(_words(text))


def _words(text: str) -> list[str]:
    folded = text.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded)
        folded = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return _WORD.findall(folded)


def after(word: str) -> str:
    """The first text that comes behind all texts that begin with this word, in the order of bytes."""
    return word[:-1] + chr(ord(word[-1]) + 1)
