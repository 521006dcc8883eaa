"""From "no" to HTTP, in one place.

Three kinds. A `Refusal` (a rule said no) and a `Fault` (input) bring the same page again, with what was typed and what to mend:
wrap the view with ``again``. Anything else is a bug: 500 with an id that stands in the log, nothing written.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from batch_records.acting import Contended, Refused
from batch_records.acts import Refusal
from batch_records.entries import AlteredRecord
from batch_records.rendering_refusals import PrintRefused
from calculations.errors import CannotCompute, Fault, Faults
from web.fault_words import said

log = logging.getLogger("sufficit")

WORDS = {
    400: ("This request is not complete.", "Load the page again and repeat what you did. Nothing was saved."),
    401: ("You are not signed on.", "Nothing was done. Sign on and repeat it."),
    403: ("This is not yours to do.", "Your roles do not include it. Nothing was done."),
    404: ("There is no such page.", "It may have moved, or the number is wrong."),
    405: ("This cannot be asked for like that.", "Nothing was done."),
    413: ("This is too large.", "A picture may have at most 10 MB. Nothing was saved."),
    415: ("This kind of file is not taken.", "Nothing was saved."),
    429: ("Too many requests.", "Wait a moment and try again."),
}


class Refuse(Exception):
    """Raise a refusal from a view or a helper; the same page comes again with its words."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


def again(page: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Show ``page`` again (the view of the GET, called with the same arguments) when the wrapped view says no.

    No is: a returned `Refusal` or `Refused`, or a raised `Refuse`, `Fault`, `Faults`, `CannotCompute` or `Contended`.
    Templates find ``faults`` (field to sentence), ``refusal`` and ``typed(name, otherwise)`` with what was typed.
    """

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answer(*args: Any, **named: Any) -> Any:
            try:
                result = view(*args, **named)
            except (Refuse, Fault, Faults, CannotCompute, Contended) as problem:
                result = _as_problem(problem)
            if isinstance(result, Refused):
                result = result.refusal
            if not isinstance(result, Refusal | Faults):
                return result
            g.problem = result
            response = make_response(page(*args, **named))
            response.status_code = status_of(result)
            return response

        return answer

    return wrap


def _as_problem(problem: Exception) -> Refusal | Faults:
    if isinstance(problem, Refuse):
        return problem.refusal
    if isinstance(problem, Fault):
        return Faults([problem])
    if isinstance(problem, Faults):
        return problem
    if isinstance(problem, CannotCompute):
        return Refusal(problem.code, str(problem), 422)
    return Refusal("busy", "Others are writing to this record at this moment. Nothing was done: try again.", 409)


def status_of(problem: Refusal | Faults) -> int:
    """The HTTP status of a no."""
    return problem.status if isinstance(problem, Refusal) else 422


def problem_for_template() -> dict[str, Any]:
    """``faults``, ``refusal`` and ``typed`` for every template."""
    problem = g.get("problem")
    faults = {fault.field: said(fault) for fault in problem.faults} if isinstance(problem, Faults) else {}

    def typed(name: str, otherwise: str = "") -> str:
        return request.form.get(name, otherwise) if problem is not None else otherwise

    return {"faults": faults, "refusal": problem if isinstance(problem, Refusal) else None, "typed": typed}


def error_page(status: int, title: str, text: str, **more: Any) -> Response:
    """A page of its own for what belongs to no form; a note where a part of a page asked."""
    template = "errors/part.html" if "HX-Request" in request.headers else "errors/error.html"
    body = render_template(template, status=status, title=title, text=text, **more)
    return make_response(body, status)


def _on_no(problem: Exception) -> Response:
    """A no outside any form: its words on a page of its own."""
    found = _as_problem(problem)
    if isinstance(found, Refusal):
        return error_page(found.status, "Not done.", found.text, code=found.code)
    return error_page(422, "Nothing was saved.", " ".join(said(fault) for fault in found.faults))


def _on_http(problem: HTTPException) -> Response:
    status = problem.code or 500
    if isinstance(problem, CSRFError):
        words = (
            "This page is too old, or another page sent it. Load it again and repeat what you did. Nothing was saved."
        )
        return error_page(400, "Nothing was done.", words)
    title, text = WORDS.get(status, ("This did not work.", "Nothing was saved."))
    response = error_page(status, title, text)
    for name, value in problem.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _on_altered(problem: AlteredRecord) -> Response:
    log.critical("altered record met while serving: %s", problem)
    words = "A stored record does not agree with its own chain. Stop, keep what is in your hands, and call the lead."
    return error_page(500, "This record was altered.", words, detail=str(problem))


def _on_unprintable(problem: PrintRefused) -> Response:
    log.error("a paper does not print: %s, %s", problem.code, problem.field)
    words = f"It does not fit its stock and was not printed: {problem}. Go on from the screen, and tell the lead."
    return error_page(422, "This paper does not print.", words, code="does_not_print")


def _on_bug(problem: Exception) -> Response:
    number = uuid4().hex[:12]
    log.error("bug %s in %s %s", number, request.method, request.endpoint, exc_info=problem)
    return error_page(
        500, "Something is wrong with the program.", "Nothing was saved. Tell the lead this number.", code=number
    )


def add_errors(app: Flask) -> None:
    """Register the answers above."""
    for kind in (Refuse, Fault, Faults, CannotCompute, Contended):
        app.register_error_handler(kind, _on_no)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(AlteredRecord, _on_altered)
    app.register_error_handler(PrintRefused, _on_unprintable)
    app.register_error_handler(Exception, _on_bug)
    app.context_processor(problem_for_template)
