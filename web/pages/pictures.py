"""Pictures of the station's camera: taken in with the step they belong to, shown by their name, never changed."""

from flask import Blueprint, Response, abort, current_app, request

from batch_records.pictures import AlteredPicture, Pictures
from calculations.errors import Fault
from web.services import services

blueprint = Blueprint("pictures", __name__, url_prefix="/pictures")

def pictures() -> Pictures:
    """Where this machine keeps its pictures."""
    return Pictures(services().settings.folders["pictures"])


def taken(field: str = "picture") -> str:
    """The name of the picture that came with the form, kept before the entry that names it; empty when none came.

    Raises Fault for a file that is no picture.
    """
    sent = request.files.get(field)
    data = b"" if sent is None else sent.read()
    return pictures().keep(data) if data else ""


@blueprint.post("")
def upload() -> Response:
    """Take in one picture and give its name."""
    name = taken()
    if not name:
        raise Fault("picture", "nothing", "a picture")
    return current_app.json.response({"picture": name})


@blueprint.get("/<name>.jpg")
def show(name: str) -> Response:
    """One picture. A picture that is not what its name says is not shown."""
    try:
        data = pictures().read(name)
    except (ValueError, AlteredPicture):
        abort(404)
    return Response(data, mimetype="image/jpeg")  # kept by no browser: a picture may show a patient's label
