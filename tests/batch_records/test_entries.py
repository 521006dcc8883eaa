import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_records.entries import START, AlteredRecord, Entry, NotCanonical, canonical, check_chain, entry_hash
from tests.support.records import EIGHT

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcdef"), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_canonical_text_read_again_gives_the_same_canonical_text(data: object) -> None:
    once = canonical(data)
    assert canonical(json.loads(once)) == once


def test_keys_are_sorted_without_spaces_and_accents_are_composed() -> None:
    assert canonical({"b": "e\u0301", "a": {"value": "25/33", "unit": "mL"}}) == (
        '{"a":{"unit":"mL","value":"25/33"},"b":"\u00e9"}'.encode()
    )


@pytest.mark.parametrize(
    "wrong", [1.5, float("nan"), 2**53, b"x", {1: "a"}, "a\0b", "\ud800", {"e\u0301": 1, "\u00e9": 2}]
)
def test_what_has_no_single_form_is_refused(wrong: object) -> None:
    with pytest.raises(NotCanonical):
        canonical({"value": wrong})


def chain(count: int) -> list[tuple[Entry, str]]:
    pairs: list[tuple[Entry, str]] = []
    previous = START
    for seq in range(1, count + 1):
        text = canonical({"line": f"line {seq}"}).decode()
        entry = Entry("sheet-1", seq, "written", 1, "okonjo", "hood-1", EIGHT, 60, {}, f"key-{seq}", previous)
        entry = replace(entry, hash=entry_hash(entry, text))
        pairs.append((entry, text))
        previous = entry.hash
    return pairs


def test_an_untouched_chain_holds() -> None:
    check_chain(chain(3))


@pytest.mark.parametrize(
    "change",
    [
        {"who": "marlow"},
        {"station": "hood-2"},
        {"kind": "signed"},
        {"version": 2},
        {"offset_minutes": 0},
        {"at": EIGHT.replace(microsecond=1)},
        {"key": "key-9"},
        {"content": "x"},
        {"record_type": "dose"},
        {"hash": "0" * 64},
        {"previous": "1" * 64},
        {"seq": 4},
        {"record": "sheet-2"},
    ],
)
def test_every_field_of_an_entry_is_covered_by_its_hash(change: dict[str, object]) -> None:
    pairs = chain(3)
    pairs[1] = (replace(pairs[1][0], **change), pairs[1][1])
    with pytest.raises(AlteredRecord):
        check_chain(pairs)


def test_a_payload_written_with_one_more_space_is_found() -> None:
    pairs = chain(3)
    pairs[2] = (pairs[2][0], pairs[2][1].replace(":", ": "))
    with pytest.raises(AlteredRecord, match="entry 3"):
        check_chain(pairs)


@pytest.mark.parametrize("gone", [0, 1])
def test_a_missing_entry_is_found(gone: int) -> None:
    pairs = chain(3)
    del pairs[gone]
    with pytest.raises(AlteredRecord, match="missing"):
        check_chain(pairs)
