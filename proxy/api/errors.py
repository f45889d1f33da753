"""Every error in Twilio's format, {code, message, more_info, status}; one table maps codes to HTTP statuses.

There is no `type` or `title`: with them the SDK raises an exception that programs do not catch. A message never repeats
a value, which may be a real number.
"""

from __future__ import annotations

import logging
import traceback

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from common.errors import CarrierError, Refused, Unavailable
from proxy.api import wrong_paths
from proxy.context import runtime
from proxy.flask_setup import BODY_LIMIT
from proxy.responses import json_response
from storage.store import StoreUnavailable

log = logging.getLogger(__name__)

#: Codes whose status is not 400. All 80xxx are 400, as Twilio documents for 80604; only 80623 is 409: a retry helps.
STATUS = {
    20003: 401,
    20004: 405,
    20403: 403,
    20404: 404,
    20409: 409,
    20422: 422,
    20429: 429,
    20503: 503,
    63038: 429,
    80623: 409,
}

#: HTTP statuses whose Twilio code is not simply 20000 + status.
CODE = {400: 20001, 401: 20003, 405: 20004}

FIX = {
    400: "The request could not be read: send a form, UTF-8, names and values percent-encoded",
    404: "No such path, or not a SID: check the spelling, and the two letters at the start of the SID",
    405: "This path does not support that method",
    413: f"The body is larger than {BODY_LIMIT // 1024} KB: send less",
    414: "The URL is too long",
    415: "Send a form: Content-Type application/x-www-form-urlencoded",
}

RETRY_AFTER_SECONDS = "1"


def register(app: Flask) -> None:
    app.before_request(limit_body)
    app.register_error_handler(HTTPException, from_http)
    app.register_error_handler(Refused, from_refusal)
    app.register_error_handler(CarrierError, from_carrier)
    app.register_error_handler(Unavailable, from_unavailable)
    app.register_error_handler(StoreUnavailable, from_unavailable)
    app.register_error_handler(Exception, from_unexpected)


def limit_body() -> Response | None:
    """Before every view, because some views never read the body."""
    return problem(20413, FIX[413], 413) if (request.content_length or 0) > BODY_LIMIT else None


def problem(code: int, message: str, status: int) -> Response:
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    response = json_response({"code": code, "message": message, "more_info": more_info, "status": status}, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Maskline API"'
    if status in (429, 503):
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def from_http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    hint = wrong_paths.hint(request.path, runtime().settings.public_url) if status == 404 else None
    response = problem(CODE.get(status, 20000 + status), hint or FIX.get(status, error.name), status)
    response.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return response


def from_refusal(error: Refused) -> Response:
    response = problem(error.code, error.message, STATUS.get(error.code, 400))
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def from_carrier(error: CarrierError) -> Response:
    """Gives the carrier's code but not its message, which may contain a real number."""
    code = f" with its error {error.code}" if error.code else ""
    log.warning("carrier error: status %d, code %d", error.status, error.code)
    if error.status == 404:
        return problem(20404, "The carrier has no such resource: check the SID or number in the carrier's console", 404)
    if error.status in (400, 409, 422):
        return problem(20001, f"The carrier refused this{code}: look up the code, then correct the request", 400)
    if error.status in (401, 403):
        return problem(20502, f"The carrier refused our credentials{code}: check the account's carrier token", 502)
    if error.retryable:
        return problem(20503, f"The carrier cannot do this now{code}: try again", 503)
    return problem(20502, f"The carrier failed{code}: nothing was changed here", 502)


def from_unavailable(error: Exception) -> Response:
    log.error("unavailable: %s", type(error).__name__)
    return problem(20503, "The service cannot reach its store or carrier: try again", 503)


def from_unexpected(error: Exception) -> Response:
    """Logs only names and positions: the text of an exception may contain what people wrote."""
    rule = request.url_rule.rule if request.url_rule else "-"
    frames = traceback.extract_tb(error.__traceback__)
    positions = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    log.error("%s in %s %s: %s", type(error).__name__, request.method, rule, positions)
    return problem(20500, "An internal error: it is in the log, please report it", 500)
