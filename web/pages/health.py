"""Is the server alive, and can it work? For the machine that watches it; says nothing about anybody."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from web.services import store

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/alive")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """The database answers as well; otherwise 503."""
    try:
        with store().read() as uow:
            uow.session.execute(text("SELECT 1")).scalar_one()
    except SQLAlchemyError:
        return jsonify(status="database does not answer"), 503
    return jsonify(status="ok"), 200
