"""Where work starts: by station and role."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from web.sessions import open_visitor
from web.shell import home_of
from web.stations import here

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def page() -> str | Response:
    """Go to where this person's work starts at this station; a page of its own where there is none."""
    target = home_of(here().kind, open_visitor().actor.roles)
    return redirect(target, 303) if target else render_template("home/home.html")
