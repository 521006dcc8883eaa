"""The wall board."""

from flask import Blueprint

blueprint = Blueprint("queue", __name__, url_prefix="/queue")
