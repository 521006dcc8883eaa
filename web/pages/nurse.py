"""The nurse's look-up."""

from flask import Blueprint

blueprint = Blueprint("nurse", __name__, url_prefix="/ward")


@blueprint.get("/dose/<number>")
def dose(number: str) -> str:
    """One dose."""
    return number
