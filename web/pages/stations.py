"""This browser's station: which place it is. Changing it ends the session, because a session belongs to its station."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from calculations.errors import Fault
from web.acting import read_form
from web.errors import again
from web.sessions import end
from web.stations import KINDS, mark, station_named, stations

blueprint = Blueprint("stations", __name__, url_prefix="/this-station")


@blueprint.get("")
def choose() -> str:
    """All stations, by kind."""
    kinds = [(kind, facts.text) for kind, facts in KINDS.items()]
    return render_template("stations/choose.html", stations=stations(), kinds=kinds)


@blueprint.post("")
@again(choose)
def register() -> Response:
    """Mark this browser as the chosen station and sign off."""
    chosen = station_named(read_form(["station"])["station"])
    if chosen is None:
        raise Fault("station", "no station of ours", "one of the list")
    end()
    return mark(redirect(url_for("sign_on.page"), 303), chosen)  # type: ignore[arg-type, return-value]
