"""What is asked of the markup before a page is laid out."""

import pytest

from batch_records.rendering_checks import check_marks
from batch_records.rendering_refusals import PrintRefused


def test_the_marks_of_a_record_of_many_pages_are_read_once():
    """Looked for one by one, those of a record of hundreds of pages took ten seconds."""
    searched = []

    class Markup(str):
        def __contains__(self, part):
            searched.append(part)
            return super().__contains__(part)

    html = Markup("".join(f'<td data-f="steps.{number}.words">a &amp; b</td>' for number in range(50)))
    metadata = {"unprinted": ["kind"]}
    snapshot = {"kind": "x", "steps": [{"words": "a & b"} for _ in range(50)]}
    check_marks(html, snapshot, metadata, "tall")
    assert searched == []
    with pytest.raises(PrintRefused) as caught:
        check_marks(html, {"steps": [*snapshot["steps"], {"words": "lost"}]}, metadata, "tall")
    assert (caught.value.code, caught.value.field) == ("field_not_printed", "steps.50.words")
