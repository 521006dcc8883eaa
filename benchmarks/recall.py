"""How long a recall of a lot that went into very many preparations takes: `python -m benchmarks.recall`, or with their number.

Real records: one dose is made, released and delivered by the demonstration's people, and its entries are written again under
20,000 numbers, each a whole chain of its own with all its rows. Then its lot is recalled. Measured are the opening, the portions
that list and hold the rest, what another station waits for its writes meanwhile, the page of the recall, and whether a dose that
is not listed yet can be given: the bench fails when it can, when something is left out, or when a station waits too long.
"""

import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert

from batch_records.acting import Done, Refused, fold, perform
from batch_records.acts import Act, Actor
from batch_records.entries import START, Entry, canonical, entry_hash
from batch_records.store import Store
from batch_records.tables import ENTRIES, HEADS
from benchmarks.scan import NOW, prepared
from compounding.demonstration import history
from compounding.demonstration.history import Stage
from compounding.documents.dose_documents import Clock
from compounding.preparing.actions import Say, StartAdministration
from compounding.preparing.numbering import dose_number, dose_record
from compounding.preparing.record import DOSE
from compounding.recalls.actions import OpenRecall
from compounding.recalls.going_on import REST_SECONDS, go_on, read_before
from compounding.recalls.listing import opening_things
from compounding.recalls.numbering import recall_record
from compounding.recalls.record import RECALL
from compounding.tracing.finding import tally
from compounding.tracing.next_steps import BLOCKED_OUT
from compounding.tracing.subject import Subject
from compounding.views.recalls import recall_page

DOSES = 20_000
NUMBER = "R260414-01"
AT_ONCE = 500
LATER = NOW + timedelta(hours=3)
AIM_OPENING, AIM_WAIT_P99, AIM_PAGE = 2.0, 0.5, 1.0
"""Seconds: the request that opens it, what another station waits for a write, the page while it goes on."""
EVERY = 0.05


def act_of(stage: Stage, who: str, station: str) -> Act:
    """An act after everything was delivered."""
    return Act(stage.cast[who], station, LATER, f"bench/{who}", -240)


def made_once(stage: Stage, number: str) -> None:
    """The dose whose story all others have: delivered to a ward."""
    history.scan_all(stage, number, "okonjo", NOW, "hood-1")
    history.prepare(stage, number, "okonjo", NOW, "hood-1")
    history.release(stage, number, "duarte", NOW + timedelta(minutes=20))
    history.deliver(stage, number, "7 West", NOW + timedelta(minutes=40))


def written_again(store: Store, number: str, count: int) -> list[str]:
    """The same story under other numbers: entries with chains of their own, heads, and every row."""
    with store.read() as uow:
        story = uow.entries(dose_record(number))
    rows = DOSE.projection_rows(dose_record(number), fold(DOSE, story))
    numbers = [dose_number(f"27{index // 9999 % 12 + 1:02d}14-{index % 9999 + 1:04d}", 1) for index in range(count)]
    for start in range(0, count, AT_ONCE):
        with store.write() as uow:
            chosen = numbers[start : start + AT_ONCE]
            entries = [values for one in chosen for values in _entries(story, number, one)]
            uow.session.execute(insert(ENTRIES), entries)
            last = {values["record"]: values for values in entries}
            heads = [{name: values[name] for name in ("record", "seq", "hash")} for values in last.values()]
            uow.session.execute(insert(HEADS), heads)
            for table, some in rows.items():
                again = [_under(dict(row), number, one) for one in chosen for row in some]
                if again:
                    uow.session.execute(insert(table), again)
            uow.commit()
    return numbers


def _under(row: dict[str, Any], number: str, other: str) -> dict[str, Any]:
    return {name: value.replace(number, other) if isinstance(value, str) else value for name, value in row.items()}


def _entries(story: list[Entry], number: str, other: str) -> Iterator[dict[str, Any]]:
    previous = START
    for entry in story:
        text = canonical(entry.payload).decode().replace(number, other)
        again = replace(
            entry, record=dose_record(other), key=f"{entry.key}={other}", previous=previous, payload=json.loads(text), hash=""
        )
        previous = entry_hash(again, text)
        values = {name: getattr(again, name) for name in Entry.__dataclass_fields__}
        yield values | {"payload": text, "hash": previous}


def at_a_station(store: Store, number: str, act: Act, over: threading.Event, waits: list[float]) -> None:
    """Somebody else writes all the while: a remark on a dose that no recall touches."""
    index = 0
    while not over.wait(EVERY):
        index += 1
        began = time.perf_counter()
        answer = perform(store, DOSE, dose_record(number), Say(f"remark {index}", False), replace(act, key=f"say {index}"))
        waits.append(time.perf_counter() - began)
        assert isinstance(answer, Done), answer


def measured(count: int) -> list[str]:
    """Make, recall, print; gives what falls short."""
    short: list[str] = []
    with tempfile.TemporaryDirectory(prefix="sufficit-recall-") as folder:
        stage, doses = prepared(Path(folder))
        store, (made, other, *_) = stage.store, doses
        made_once(stage, made)
        began = time.perf_counter()
        numbers = written_again(store, made, count - 1)
        print(f"{count:,} delivered doses of one lot, each a record: written in {time.perf_counter() - began:.0f} s", flush=True)
        with store.read() as uow:
            scan = fold(DOSE, uow.entries(dose_record(made))).scans[0]
        subject = Subject("lot", product=scan.product, lot=scan.lot)
        lead, nurse = act_of(stage, "adeyemi", "desk-1"), act_of(stage, "halloran", "ward")
        opening = OpenRecall(NUMBER, "lot", "the lot", "particles", "letter", product=subject.product, lot=subject.lot)
        began = time.perf_counter()
        with store.read() as uow:
            at_once = opening_things(uow, subject)
        read_before(store, at_once)
        lock = time.perf_counter()
        opened = perform(store, RECALL, recall_record(NUMBER), opening, lead)
        assert isinstance(opened, Done), opened
        lock = time.perf_counter() - lock
        go_on(store, NUMBER, lead, seconds=1.0)
        whole = time.perf_counter() - began
        print(f"opening: {lock * 1000:.0f} ms to write it, {whole * 1000:.0f} ms the whole request", flush=True)
        short += [] if whole <= AIM_OPENING else ["the opening"]
        short += meanwhile(store, numbers[-1], other, lead, nurse, stage)
        with store.read() as uow:
            states = tally(uow, subject).states
        print(f"at the end: {states}")
        if states != {BLOCKED_OUT: count}:
            short.append("something was left out")
    return short


def meanwhile(store: Store, last: str, other: str, lead: Act, nurse: Act, stage: Stage) -> list[str]:
    """Go on to the end while somebody else writes; ask a dose that is not listed yet, and the page."""
    short: list[str] = []
    over, waits, pages = threading.Event(), list[float](), list[float]()
    remark = act_of(stage, "duarte", "desk-2")
    station = threading.Thread(target=at_a_station, args=(store, other, remark, over, waits))
    station.start()
    began = time.perf_counter()
    answer = perform(store, DOSE, dose_record(last), StartAdministration(), nurse)
    asked = time.perf_counter() - began
    text = answer.refusal.text if isinstance(answer, Refused) else "it was given"
    print(f"a dose that is not listed yet: {text} ({asked * 1000:.0f} ms)", flush=True)
    short += [] if isinstance(answer, Refused) and answer.refusal.code == "in_recall" else ["an unlisted dose was given"]
    first = _left(store, pages, lead.actor)
    began, busy, listed = time.perf_counter(), time.process_time(), first
    while listed:
        listed = go_on(store, NUMBER, lead, rest=REST_SECONDS)
        _left(store, pages, lead.actor)
    took, busy = time.perf_counter() - began, time.process_time() - busy
    over.set()
    station.join()
    each = took / max(first, 1)
    p50, p99, worst = (float(np.percentile(waits, at)) for at in (50, 99, 100))
    told = (("p50", p50), ("p99", p99), ("worst", worst))
    own = busy / max(first, 1)
    print(f"the rest, {first:,} things: {took:.0f} s, {each * 1000:.1f} ms each, of which {own * 1000:.1f} ms of a processor")
    print(f"another station, {len(waits):,} writes meanwhile:", ", ".join(f"{at} {one * 1000:.0f} ms" for at, one in told))
    print(f"the page of the recall meanwhile: p50 {np.percentile(pages, 50) * 1000:.0f} ms, worst {max(pages) * 1000:.0f} ms")
    short += [] if p99 <= AIM_WAIT_P99 else ["a station waited"]
    return short + ([] if max(pages) <= AIM_PAGE else ["the page"])


def _left(store: Store, pages: list[float], actor: Actor) -> int:
    began = time.perf_counter()
    with store.read() as uow:
        shown = recall_page(uow, NUMBER, actor, Clock(-240), {})
    pages.append(time.perf_counter() - began)
    assert shown is not None
    return shown.unlisted


def main(arguments: list[str]) -> int:
    """Measure with the number of doses that is asked for. Exit code 1 when a target is missed."""
    short = measured(int(arguments[0].replace(",", "").replace("_", "")) if arguments else DOSES)
    print(f"falls short: {', '.join(short)}" if short else "holds")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
