"""An order that stands goes into its form to the last digit: sent again unchanged it is the same order."""

import pytest

from compounding.orders.order import Order, order_as_data
from tests.support.flow import CEFTRIAXONE, formulary
from web.order_values import values_of
from web.services import SITE_ZONE


@pytest.mark.parametrize("dose", ["50", "1.23456", "0.00012345", "1250.000001"])
def test_a_dose_is_shown_in_the_form_as_it_was_typed(dose):
    order = Order.parse(CEFTRIAXONE | {"dose": f"{dose} mg/kg", "frequency": {"every": "7.125 h"}})
    values = values_of(order_as_data(order), formulary(), SITE_ZONE)
    assert (values["dose"], values["every"]) == (dose, "7.125")
