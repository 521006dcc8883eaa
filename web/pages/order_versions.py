"""A form that makes a new version of an order: from the version that it showed, and once, however often it is sent."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from batch_records.acts import Refusal
from compounding.preparing.numbering import order_record
from compounding.reviewing.actions import Answer, Place
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.record import NEWER
from web.acting import client_key
from web.errors import Refuse
from web.services import store
from web.sessions import open_visitor

MAKES_ONE = (Place.kind, Answer.kind)


def same_version(state: OrderRecord) -> int:
    """The version that the form showed. Raises Refuse where a newer one arrived since."""
    if request.form.get("version") != str(state.current.number):
        raise Refuse(Refusal("order_changed", NEWER))
    return state.current.number


def placed_before(number: str) -> Response | None:
    """Back to the order, where this very request made its version already and comes again; None for a new one."""
    with store().read() as uow:
        first = uow.answer_for(client_key())
    again = first is not None and (first.record, first.who) == (order_record(number), open_visitor().actor.person)
    return to_order(number) if again and first is not None and first.kind in MAKES_ONE else None


def to_order(number: str) -> Response:
    """The page of an order of which a version was placed."""
    return redirect(url_for("orders.one", number=number, placed=1), 303)
