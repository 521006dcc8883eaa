"""Every list names a drug the same way, once."""

import pytest

from compounding.views.order_facts import tall_title
from tests.support.flow import formulary


@pytest.mark.parametrize(
    ("drug", "title", "shown"),
    [
        ("carboplatin", "carboplatin 6 mg·min/mL", "CARBOplatin 6 mg·min/mL"),
        ("fosphenytoin", "fosphenytoin (mg PE) 1,400 mg PE", "fosphenytoin (mg PE) 1,400 mg PE"),
        ("ceftriaxone", "cefTRIAXone 460 mg", "cefTRIAXone 460 mg"),
        ("", "a drug that nobody knows", "a drug that nobody knows"),
    ],
)
def test_a_listed_title_has_the_tall_man_name_once(drug, title, shown):
    assert tall_title(formulary(), drug, title) == shown
