"""Parts of a page that stay live: asked for every few seconds, answered in full only when something changed."""

import hashlib
import re

from flask import Response, make_response, render_template, request
from jinja2 import Template

_PER_ANSWER = re.compile(r'name="(?:csrf_token|key)" value="[^"]*"')
"""What differs in every answer and is no change of the list."""


def live_part(template: str | Template, **values: object) -> Response:
    """Render a part for ``data-live`` with its ETag; 304 without a body when the browser has this state already."""
    body = render_template(template, **values)
    response = make_response(body)
    response.set_etag(hashlib.sha256(_PER_ANSWER.sub("", body).encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-store"
    return response.make_conditional(request)
