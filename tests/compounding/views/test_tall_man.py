"""Look-alike names side by side: the letters that tell them apart, whichever way round."""

import pytest

from compounding.views.tall_man import differing


@pytest.mark.parametrize(
    ("name", "other", "marks"),
    [
        ("ceFAZolin", "cefTRIAXone", ("FAZ", "TRIAX")),
        ("vinCRIStine", "vinBLAStine", ("CRIS", "BLAS")),
        ("cefTRIAXone 500 mg vial", "cefTRIAXone 1 g vial", ("500 mg", "1 g")),
        ("sodium chloride 0.9 % 50 mL bag", "sodium chloride 0.9 % 25 mL bag", ("50", "25")),
        ("heparin", "insulin", ("heparin", "insulin")),
        ("heparin", "heparin", ("", "")),
        ("260414-0140-01-8", "260414-0154-01-2", ("260414-0140-01-8", "260414-0154-01-2")),
    ],
)
def test_what_differs_is_marked_in_both(name, other, marks):
    assert differing(name, other) == marks
    assert differing(other, name) == marks[::-1]
    assert marks[0] in name
    assert marks[1] in other
