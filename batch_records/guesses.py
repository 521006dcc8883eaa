"""Counting wrong secrets, so that guessing is slow and nobody shuts another person out.

A try is written as bad before the secret is looked at and turned good afterwards, so that many tries at once get no more
guesses than one after the other. What is counted, and against whom:

- At a sign-on: five wrong tries in a row for one account at one station stop that account at that station for a quarter of an
  hour. At another station, and in a session that is open, the person goes on. A browser that is no station yet only says where
  it stands; it is counted apart from the station that it names.
- In one's own session: five in a row stop that session's signatures, nobody else's.
- In somebody's session for another person (a witness): five within a quarter of an hour stop the one whose session it is, in
  all their sessions and for every name, and never the person whose secret was guessed.
- Over all places: `PER_MINUTE` a minute for one account. Half of them are kept for places without a wrong try. A person's own
  session is never held up by this, a station where they signed on within `KNOWN_FOR` not before its first wrong try. This
  locks no account: it slows guesses, passes within a minute, and is told on the page of the people.
- A PIN is short, so over days slowness is not enough. `PER_DAY_UNREGISTERED` wrong PINs a day from browsers that are no
  station stop PIN sign-on from all such browsers until they are a day old; a station is not touched. `SHUT_AFTER` wrong PINs
  within `SHUT_WITHIN` at sign-ons anywhere shut PIN sign-on of that badge, until the person signs on by name and password or
  chooses a new PIN after a reset. It takes many hours at one station to get so far; passwords and open
  sessions go on, and it is told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update

from batch_records.acts import Refusal
from batch_records.people_tables import ATTEMPTS
from batch_records.store import Store, UnitOfWork

LOCK_AFTER = 5
"""Wrong tries in a row after which a place waits."""
LOCK_FOR = timedelta(minutes=15)
"""How long it waits, and how long a wrong try counts."""
PER_MINUTE = 10
"""Wrong tries of one account that are looked at in a minute, over all places."""
PER_DAY_UNREGISTERED = 20
"""Wrong PINs of one badge that are looked at in a day from all browsers that are no station."""
SHUT_AFTER = 200
"""Wrong PINs of one badge at sign-ons, anywhere, after which its PIN sign-on is shut: a fiftieth of all PINs of four digits."""
SHUT_WITHIN = timedelta(days=30)
"""How long a wrong PIN counts towards that."""
KNOWN_FOR = timedelta(days=30)
MANY = 10
"""Wrong or unlooked tries of one account within the time asked about that are worth telling."""

GOOD, BAD, LOCKED = "good", "bad", "locked"


@dataclass(frozen=True)
class Typed:
    """Where a secret is typed: at the sign-on of a station, or in a session that somebody has open."""

    station: str = ""
    registered: bool = True
    """False for a browser that only says where it stands."""
    session: str = ""
    """Hash of the token of the session that it is typed in; empty at a sign-on."""
    person: str = ""
    """Whose session that is."""

    def origin(self, person: str | None) -> str:
        """What wrong tries for `person` are counted against."""
        if not self.session:
            return f"{'station' if self.registered else 'unregistered'}/{self.station}"
        return f"session/{self.session}" if self.person == person else f"guesser/{self.person}"


def begin_try(store: Store, account: str, person: str | None, typed: Typed, at: datetime) -> int | Refusal:
    """Write a try down as bad and give its number; or the refusal, without a look at the secret."""
    origin = typed.origin(person)
    with store.write() as uow:
        for name in sorted({account, origin}):
            uow.serialise(f"secret of {name}")
        refusal = _held_up(uow, account, origin, at)
        row = {
            "account": account, "at": at, "station": typed.station, "origin": origin,
            "result": LOCKED if refusal else BAD,
        }  # fmt: skip
        number = uow.session.execute(insert(ATTEMPTS).values(row).returning(ATTEMPTS.c.number)).scalar_one()
        uow.commit()
    return refusal or int(number)


def end_try(store: Store, number: int) -> None:
    """The secret was right."""
    with store.write() as uow:
        uow.session.execute(update(ATTEMPTS).where(ATTEMPTS.c.number == number).values(result=GOOD))
        uow.commit()


def _held_up(uow: UnitOfWork, account: str, origin: str, at: datetime) -> Refusal | None:
    if origin.startswith("guesser/"):
        until = _wait_of_guesser(uow, origin, at)
        where = "for another person from your sessions"
    else:
        until = _wait_here(uow, account, origin, at)
        where = "here"
    if until is not None:
        minutes = max(1, -(-int((until - at).total_seconds()) // 60))
        elsewhere = "" if origin.startswith("guesser/") else ", or sign on at another station"
        return Refusal("locked_out", f"Too many wrong tries {where}. Try again in {minutes} min{elsewhere}.", 403)
    if (many := _too_many_pins(uow, account, origin, at)) is not None:
        return many
    if not _too_fast(uow, account, origin, at):
        return None
    text = "Too many wrong tries for this name from several places. Try again in 1 min, or at a station where you work."
    return Refusal("try_later", text, 403)


def _wait_here(uow: UnitOfWork, account: str, origin: str, at: datetime) -> datetime | None:
    newest = uow.session.execute(
        select(ATTEMPTS.c.at, ATTEMPTS.c.result)
        .where(_of(account, at - LOCK_FOR), ATTEMPTS.c.origin == origin, ATTEMPTS.c.result != LOCKED)
        .order_by(ATTEMPTS.c.number.desc())
        .limit(LOCK_AFTER)
    ).all()
    if len(newest) < LOCK_AFTER or any(row.result == GOOD for row in newest):
        return None
    until: datetime = newest[0].at + LOCK_FOR
    return until


def _wait_of_guesser(uow: UnitOfWork, origin: str, at: datetime) -> datetime | None:
    """A right secret in between does not start this count anew: a guesser may have a friend's."""
    bad = (ATTEMPTS.c.origin == origin) & (ATTEMPTS.c.result == BAD) & (ATTEMPTS.c.at > at - LOCK_FOR)
    newest = select(ATTEMPTS.c.at).where(bad).order_by(ATTEMPTS.c.number.desc()).limit(LOCK_AFTER)
    times = uow.session.execute(newest).scalars().all()
    return times[-1] + LOCK_FOR if len(times) == LOCK_AFTER else None


def _too_fast(uow: UnitOfWork, account: str, origin: str, at: datetime) -> bool:
    if origin.startswith("session/"):
        return False
    wrong_here = _count(uow, _of(account, at - LOCK_FOR), ATTEMPTS.c.origin == origin, ATTEMPTS.c.result == BAD)
    if not wrong_here and _known(uow, account, origin, at):
        return False
    wrong = _count(uow, _of(account, at - timedelta(minutes=1)), ATTEMPTS.c.result == BAD)
    return wrong >= (PER_MINUTE // 2 if wrong_here else PER_MINUTE)


_PIN, _PASSWORD = "/PIN", "/password"
CHOSEN = "chosen"
"""Origin of the row that a newly chosen PIN leaves: it is no try, and what was guessed before counts no more."""


def _too_many_pins(uow: UnitOfWork, account: str, origin: str, at: datetime) -> Refusal | None:
    """What ends the guessing of a PIN over days; only at a sign-on, never in a session that is open."""
    if not account.endswith(_PIN) or not origin.startswith(("station/", "unregistered/")):
        return None
    if is_shut(uow, account, at):
        text = "Too many wrong PINs were given with this badge. Sign on by name and password, or choose a new PIN; then it opens."
        return Refusal("pin_shut", text, 403)
    no_station = ATTEMPTS.c.origin.startswith("unregistered/")
    if origin.startswith("unregistered/") and (
        _count(uow, _of(account, at - timedelta(days=1)), no_station, ATTEMPTS.c.result == BAD) >= PER_DAY_UNREGISTERED
    ):
        text = "Too many wrong PINs today from browsers that are no station. Go to a station, or sign on by name and password."
        return Refusal("too_many_today", text, 403)
    return None


def is_shut(uow: UnitOfWork, account: str, at: datetime) -> bool:
    """Whether the PIN of this account opens nothing at any sign-on now. A good password or a new PIN opens it again."""
    opens = or_(
        ATTEMPTS.c.account == account.removesuffix(_PIN) + _PASSWORD,
        and_(ATTEMPTS.c.account == account, ATTEMPTS.c.origin == CHOSEN),
    )
    opened = uow.session.execute(select(func.max(ATTEMPTS.c.number)).where(opens, ATTEMPTS.c.result == GOOD)).scalar() or 0
    signing_on = or_(ATTEMPTS.c.origin.startswith("station/"), ATTEMPTS.c.origin.startswith("unregistered/"))
    wrong = (_of(account, at - SHUT_WITHIN), ATTEMPTS.c.result == BAD, ATTEMPTS.c.number > opened, signing_on)
    return _count(uow, *wrong) >= SHUT_AFTER


def chosen_anew(uow: UnitOfWork, account: str, station: str, at: datetime) -> None:
    """A new secret was chosen: what was guessed of the old one counts no more."""
    row = {"account": account, "at": at, "station": station, "origin": CHOSEN, "result": GOOD}
    uow.session.execute(insert(ATTEMPTS).values(row))


def _known(uow: UnitOfWork, account: str, origin: str, at: datetime) -> bool:
    if not origin.startswith("station/"):
        return False
    return _count(uow, _of(account, at - KNOWN_FOR), ATTEMPTS.c.origin == origin, ATTEMPTS.c.result == GOOD) > 0


def _of(account: str, after: datetime) -> ColumnElement[bool]:
    return and_(ATTEMPTS.c.account == account, ATTEMPTS.c.at > after)


def _count(uow: UnitOfWork, *where: ColumnElement[bool]) -> int:
    return int(uow.session.execute(select(func.count()).select_from(ATTEMPTS).where(*where)).scalar_one())


@dataclass(frozen=True)
class Guessed:
    """An account whose secret was tried wrongly often."""

    account: str
    """Person and method, ``person-…/PIN``; for a name or badge that nobody has it begins with ``nobody``."""
    wrong: int
    unlooked: int
    stations: tuple[str, ...]
    last: datetime
    shut: bool
    """PIN sign-on is shut for it."""


def guessed_accounts(uow: UnitOfWork, since: datetime) -> list[Guessed]:
    """Accounts with `MANY` or more wrong or unlooked tries since then, the most first. `shut` is as of the newest try."""
    query = select(ATTEMPTS.c.account, ATTEMPTS.c.station, ATTEMPTS.c.result, ATTEMPTS.c.at)
    rows = uow.session.execute(query.where(ATTEMPTS.c.at >= since, ATTEMPTS.c.result != GOOD)).all()
    by_account: dict[str, list[tuple[str, str, datetime]]] = {}
    for account, station, result, at in rows:
        by_account.setdefault(account, []).append((station, result, at))
    found = [
        Guessed(
            account,
            sum(result == BAD for _, result, _ in tries),
            sum(result == LOCKED for _, result, _ in tries),
            tuple(sorted({station for station, _, _ in tries})),
            max(at for _, _, at in tries),
            account.endswith(_PIN) and is_shut(uow, account, max(at for _, _, at in tries)),
        )
        for account, tries in by_account.items()
        if len(tries) >= MANY
    ]
    return sorted(found, key=lambda one: (-one.wrong - one.unlooked, one.account))
