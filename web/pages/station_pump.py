"""The file of the compounder: one act records every pumped step, with the file kept as evidence."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from batch_records.acting import Refused
from batch_records.entries import digest
from calculations.errors import Fault
from compounding.preparing.actions import RecordPumped
from compounding.preparing.pump_file import COLUMNS, LARGEST, pumped_steps
from web.acting import read_form
from web.errors import again
from web.pages.station_hand import blueprint, does, in_hand


@blueprint.get("/<number>/pump-file")
def pump_file_page(number: str) -> str | Response:
    """Choose the file. Where nothing is pumped any more, back to the preparation."""
    found = in_hand(number)
    if not found.page.focus.takes_file:
        return redirect(url_for("station.dose", number=number), 303)
    steps = pumped_steps(found.dose)
    return render_template("station/pump_file.html", page=found.page, steps=steps, columns=",".join(COLUMNS))


@blueprint.post("/<number>/pump-file")
@again(pump_file_page)
def pump_file(number: str) -> Any:
    """Take the file in. The same file twice records once."""
    read_form([])
    text = _text()
    if digest(text.encode()) not in (in_hand(number).dose.pump_files or ()):
        answer = does(number, RecordPumped(text))
        if isinstance(answer, Refused):
            return answer
    return redirect(url_for("station.dose", number=number), 303)


def _text() -> str:
    """The file that came. Raises Fault without one, for one too large, and for one that is no text."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Fault("file", "nothing", "the compounder's file")
    content = sent.stream.read(4 * LARGEST + 1)
    sent.close()
    if len(content) > 4 * LARGEST:
        raise Fault("file", f"more than {4 * LARGEST} bytes", f"at most {LARGEST} characters")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("file", sent.filename.rpartition("/")[2][:120], "a text file in UTF-8") from None
