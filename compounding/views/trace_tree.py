"""A trace drawn forward: from the subject to the stock, the states, the preparations and the patients of this page."""

from compounding.tracing.next_steps import GROUPS, next_step
from compounding.views.trace import Stocked, Trace, Traced
from compounding.views.tree import Node, many, to

ROOT_KINDS = {"lot": "lot", "product": "lot", "batch": "batch", "hood": "hood", "person": "person", "place": "place"}
"""Kind of subject to how its root is drawn; every other one is drawn as a plain sum."""


def forward(trace: Trace) -> Node:
    """The tree of one page. States that are not on this page stand with their number alone."""
    counted = trace.tally
    note = f"{many(counted.preparations, 'preparation')}, {many(counted.patients, 'patient')}"
    branches = [_stock(trace.stock)] if trace.stock else []
    branches += [_group(trace, group, words) for group, words in GROUPS.items() if counted.groups[group]]
    return Node(trace.title, note, ROOT_KINDS.get(trace.subject.kind, "sum"), branches=tuple(branches))


def _stock(stock: tuple[Stocked, ...]) -> Node:
    return Node(
        "In stock",
        many(len(stock), "entry"),
        "place",
        branches=tuple(map(_stocked, stock)),
    )


def _stocked(one: Stocked) -> Node:
    kind, first, second = one.link
    links = {
        "lot": to("lots.lot", product=first, lot=second),
        "opened": to("opened.one", number=first),
        "batch": to("trace.page", kind="batch", batch=first),
    }
    link = links[kind]
    return Node(f"{one.name}, {one.number}", f"{one.count} at {one.place}, {one.state}", "lot", link)


def _group(trace: Trace, group: str, words: str) -> Node:
    states = [status for status in trace.tally.states if next_step(status).group == group]
    total = trace.tally.groups[group]
    if len(states) == 1:
        return _state(trace, states[0])
    return Node(f"{total:,} {words}", "", "sum", branches=tuple(_state(trace, status) for status in states))


def _state(trace: Trace, status: str) -> Node:
    step, total = next_step(status), trace.tally.states[status]
    rows = [row for row in trace.rows if row.state == step.state]
    left = total - len(rows)
    more = f"and {left:,} more" if rows and left else ""
    return Node(
        f"{total:,} {step.state}", step.todo, "sum", branches=tuple(map(_made, rows)), open=len(rows) <= 10, more=more
    )


def _made(row: Traced) -> Node:
    patient = Node(row.patient, row.location, "patient")
    return Node(row.preparation, row.number, "made", to("trace.label", number=row.number), (patient,))
