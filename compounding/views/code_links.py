"""What the page of unknown codes shows: every code that was raised, how far it is, and who must act next."""

from dataclasses import dataclass

from sqlalchemy import case, func, select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock
from compounding.people import shown_name
from compounding.stock.code_links import (
    CODE_LINK,
    CONFIRMED,
    LINKED,
    NEXT,
    RAISED,
    WITHDRAWN,
    CodeLink,
    code_link_record,
)
from compounding.stock.tables import CodeLinkRow
from compounding.views.paging import Pages, page_of

ORDER = (LINKED, RAISED, CONFIRMED, WITHDRAWN)


@dataclass(frozen=True)
class ListedCode:
    """One code as a row."""

    key: str
    shown: str
    says: str
    status: str
    display: str
    since: str
    next: str


@dataclass(frozen=True)
class CodePage:
    """One code with who did what."""

    link: CodeLink
    shown: str
    raised_by: str
    linked_by: str
    confirmed_by: str
    next: str
    may_link: bool
    """As far as the person's own hand in it goes; the gate decides."""
    may_confirm: bool


def number_of(key: str) -> str:
    """`GTIN 00399999010214`: the number that a key stands for."""
    kind, _, number = key.partition("-")
    return f"{'NDC' if kind.startswith('ndc') else 'GTIN'} {number}"


def listed(uow: UnitOfWork, clock: Clock, number: str = "1") -> tuple[tuple[ListedCode, ...], Pages]:
    """One page of the codes: what waits for a pharmacist first, newest first."""
    pages = page_of(number, uow.session.execute(select(func.count()).select_from(CodeLinkRow)).scalar_one())
    turn = case({status: place for place, status in enumerate(ORDER)}, value=CodeLinkRow.status)
    query = select(CodeLinkRow).order_by(turn, CodeLinkRow.changed_at.desc(), CodeLinkRow.key)
    found = uow.session.execute(query.offset(pages.skipped).limit(pages.size)).scalars()
    return tuple(
        ListedCode(
            row.key,
            number_of(row.key),
            row.says,
            row.status,
            row.display,
            clock.moment(row.changed_at),
            NEXT[row.status],
        )
        for row in found
    ), pages


def code_page(uow: UnitOfWork, key: str, person: str) -> CodePage | None:
    """One code as it stands; None when nobody raised it."""
    link = load(uow, CODE_LINK, code_link_record(key))
    if not link.status:
        return None
    return CodePage(
        link=link,
        shown=number_of(link.key),
        raised_by=", ".join(shown_name(uow, one) for one in link.raised_by),
        linked_by=shown_name(uow, link.linked_by) if link.linked_by else "",
        confirmed_by=shown_name(uow, link.confirmed_by) if link.confirmed_by else "",
        next=NEXT[link.status],
        may_link=link.status in (RAISED, WITHDRAWN) and person not in link.raised_by,
        may_confirm=link.status == LINKED and person not in (*link.raised_by, link.linked_by),
    )
