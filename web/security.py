"""Headers, cookies, request forgery and limits: what a browser may do with our pages."""

from datetime import timedelta

from flask import Flask, Response
from flask_wtf.csrf import CSRFProtect

from web.settings import Settings

LARGEST_BODY = 12 * 1024 * 1024
"""Bytes of one request: one station picture with its fields, and not much more."""
MOST_FORM_PARTS = 400
LONGEST_FIELD = 256 * 1024

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",  # no inline script anywhere, so no nonce is needed
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "form-action 'self'",
        "frame-src 'self'",  # the exact label beside the check
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), serial=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=63072000; includeSubDomains"


def cookie_name(settings: Settings, name: str) -> str:
    """``__Host-`` binds a cookie to this host and to TLS; without TLS browsers refuse the prefix."""
    return f"__Host-{name}" if settings.has_tls else name


def secure(app: Flask, settings: Settings) -> None:
    """Set cookies, limits and headers, and demand a token with every request that changes something."""
    app.config.update(
        SECRET_KEY=settings.secret(),
        SESSION_COOKIE_NAME=cookie_name(settings, "sufficit"),
        SESSION_COOKIE_SECURE=settings.has_tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=16),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_PARTS=MOST_FORM_PARTS,
        MAX_FORM_MEMORY_SIZE=LONGEST_FIELD,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session: a page left open overnight still works
        WTF_CSRF_SSL_STRICT=True,
    )
    CSRFProtect(app)

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.has_tls:
            response.headers["Strict-Transport-Security"] = HSTS
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response
