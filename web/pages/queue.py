"""The wall board: the queue of the IV room, live within five seconds, narrowed by state."""

from flask import Blueprint, Response, render_template, request

from compounding.views.queue import Board, board
from formulary.repository import formulary_in_force
from web.doses import wall_clock
from web.live import live_part
from web.services import now, store

blueprint = Blueprint("queue", __name__, url_prefix="/queue")


def _board() -> Board:
    at = now()
    with store().read() as uow:
        return board(uow, formulary_in_force(uow), at, wall_clock(at), request.args.get("show", ""))


@blueprint.get("")
def page() -> str:
    """The board."""
    return render_template("queue/page.html", board=_board())


@blueprint.get("/rows")
def rows() -> Response:
    """Counters and rows alone, for the page that stays live."""
    return live_part("queue/rows.html", board=_board())
