"""The carrier's HTTP interface: Twilio's REST API for apps, and /sim to control the virtual phones."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from werkzeug.exceptions import HTTPException

from simulator.carrier import Carrier, options_from
from simulator.control import control
from simulator.control_faults import faults
from simulator.control_voice import voice
from simulator.errors import CarrierError, refusal
from simulator.fault_middleware import FaultMiddleware
from simulator.local_requests import require_this_machine
from simulator.rest.access import authenticate
from simulator.rest.accounts import accounts
from simulator.rest.calls import calls
from simulator.rest.iam import iam
from simulator.rest.messages import messages
from simulator.rest.messaging import messaging
from simulator.rest.numbers import numbers
from simulator.rest.recordings import recordings

ACCOUNTS = "/2010-04-01/Accounts"
NEWER = "/v1/"
CONTROL = "/sim/"
FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data")


def create_app(carrier: Carrier | None = None) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.extensions["simulator"] = carrier = carrier or Carrier(options_from())
    app.wsgi_app = FaultMiddleware(app.wsgi_app, carrier.state)  # type: ignore[assignment]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    for blueprint in (accounts, numbers, messages, calls, recordings):
        prefix = ACCOUNTS if blueprint is accounts else f"{ACCOUNTS}/<account_sid>"
        app.register_blueprint(blueprint, url_prefix=prefix)
    for blueprint in (iam, messaging):
        app.register_blueprint(blueprint, url_prefix="/v1")
    for blueprint in (control, faults, voice):
        app.register_blueprint(blueprint, url_prefix="/sim")
    app.before_request(_guard)
    app.register_error_handler(CarrierError, _refused)
    app.register_error_handler(HTTPException, _not_served)
    return app


def _guard() -> None:
    # Runs before the blueprints' own hooks: a caller without credentials learns nothing from an error.
    if request.path.startswith(CONTROL):
        require_this_machine()
    if not request.path.startswith((ACCOUNTS, NEWER)):
        return
    if request.path.startswith(ACCOUNTS):
        authenticate()
    if request.method == "POST" and request.mimetype not in FORMS:
        raise CarrierError(20001, 415, f"Content-Type {request.mimetype} is not understood: send a form")


def _refused(error: CarrierError) -> tuple[dict[str, Any], int, dict[str, str]]:
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else {}
    return error.body(), error.status, headers


def _not_served(error: HTTPException) -> tuple[dict[str, Any], int, dict[str, str]]:
    if error.code == 405:
        return _refused(refusal(20004))
    if error.code == 404:
        return _refused(refusal(20404, request.path))
    status = error.code or 500
    return _refused(CarrierError(20001 if status < 500 else 20500, status, error.description or error.name))
