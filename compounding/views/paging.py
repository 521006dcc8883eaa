"""A long list in pages: no page shows, and no query brings, more rows than a person reads."""

from dataclasses import dataclass

ON_A_PAGE = 50


@dataclass(frozen=True)
class Pages:
    """Where one page of a list stands."""

    number: int
    """From 1; a number beyond the end is the last page."""
    count: int
    """Rows in all."""
    size: int = ON_A_PAGE

    @property
    def skipped(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        """Number of the last page; an empty list has one page."""
        return max(1, -(-self.count // self.size))

    @property
    def words(self) -> str:
        """`51 to 100 of 3,214`; empty where one page holds all."""
        if self.last == 1:
            return ""
        return f"{self.skipped + 1:,} to {min(self.skipped + self.size, self.count):,} of {self.count:,}"


def page_of(number: str, count: int, size: int = ON_A_PAGE) -> Pages:
    """The page that was asked for, in the text of an address; anything that is no page of the list is brought into it."""
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 1
    last = Pages(1, count, size).last
    return Pages(min(max(wanted, 1), last), count, size)
