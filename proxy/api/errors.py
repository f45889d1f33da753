"""Every error of the application in Twilio's shape, {code, message, more_info, status}: one table code -> HTTP status.

Never `type` and `title`: with them the SDK raises another exception than programs catch. Never a value: it may be a
real number.
"""

from __future__ import annotations

import logging
import traceback

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from common.errors import CarrierError, Refused, Unavailable
from proxy.api import wrong_paths
from proxy.edge import BODY_LIMIT, reply, runtime
from storage.store import StoreUnavailable

log = logging.getLogger(__name__)

#: Codes that are not 400. All of 80xxx are, as Twilio documents for 80604, but 80623, which a retry cures.
STATUS = {20003: 401, 20004: 405, 20403: 403, 20404: 404, 20409: 409, 20422: 422, 20429: 429, 63038: 429, 80623: 409}

#: HTTP statuses whose Twilio code is not simply 20000 + status.
CODE = {400: 20001, 401: 20003, 405: 20004}

WAY_OUT = {
    400: "The request could not be read: send a form, UTF-8, names and values percent-encoded",
    404: "No such path, or not a SID: check the spelling and the two letters that the SID begins with",
    405: "This path does not take that method",
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
    app.register_error_handler(Unavailable, from_outage)
    app.register_error_handler(StoreUnavailable, from_outage)
    app.register_error_handler(Exception, from_defect)


def limit_body() -> Response | None:
    """Also for requests whose body nobody reads."""
    return problem(20413, WAY_OUT[413], 413) if (request.content_length or 0) > BODY_LIMIT else None


def problem(code: int, message: str, status: int) -> Response:
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    response = reply({"code": code, "message": message, "more_info": more_info, "status": status}, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Maskline API"'
    if status in (429, 503):
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def from_http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    way_out = wrong_paths.hint(request.path, runtime().settings.public_url) if status == 404 else None
    response = problem(CODE.get(status, 20000 + status), way_out or WAY_OUT.get(status, error.name), status)
    response.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return response


def from_refusal(error: Refused) -> Response:
    response = problem(error.code, error.message, STATUS.get(error.code, 400))
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def from_carrier(error: CarrierError) -> Response:
    """The carrier's own words stay in: they may hold a number. Its code is enough to look them up."""
    code = f" with its error {error.code}" if error.code else ""
    log.warning("carrier error: status %d, code %d", error.status, error.code)
    if error.status == 404:
        return problem(20404, "The carrier does not know this: check the SID or number in the carrier's console", 404)
    if error.status in (400, 409, 422):
        return problem(20001, f"The carrier refused this{code}: look the code up, then correct the request", 400)
    if error.status in (401, 403):
        return problem(20502, f"The carrier refused our credentials{code}: check the account's carrier token", 502)
    if error.retryable:
        return problem(20503, f"The carrier cannot do this now{code}: try again", 503)
    return problem(20502, f"The carrier failed{code}: nothing was changed here", 502)


def from_outage(error: Exception) -> Response:
    log.error("unavailable: %s", type(error).__name__)
    return problem(20503, "The service cannot reach its store or carrier: try again", 503)


def from_defect(error: Exception) -> Response:
    """Only names and places are logged: an exception's text and its locals may hold what people wrote."""
    rule = request.url_rule.rule if request.url_rule else "-"
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    log.error("%s in %s %s: %s", type(error).__name__, request.method, rule, places)
    return problem(20500, "An error of ours: it is in the log, please report it", 500)
