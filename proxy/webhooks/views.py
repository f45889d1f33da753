"""Flask's views of the webhooks: they run an operation in the request's thread, and refuse what it refuses."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request

from common.errors import NotFound
from common.steps import Steps, finish
from proxy.context import BEGUN, runtime
from proxy.webhooks.operations import AT_TWILIO_PATHS, WEBHOOKS, Webhook, begin
from proxy.webhooks.refusal_counter import Reason
from proxy.webhooks.refuse import refuse
from proxy.webhooks.request import Refusal, WebhookRequest
from relay.freshness import WebhookRejected

bp = Blueprint("carrier_webhooks", __name__)


def _view(webhook: Webhook) -> Callable[..., Response]:
    def view(service_sid: str, **arguments: str) -> Response:
        begun: Steps[str] | None = request.environ.get(BEGUN)
        if begun is not None:
            return _answer(begun)
        given = [arguments[name] for name in webhook.arguments]
        return _answer(begin(runtime(), webhook.operation, _request(), service_sid, *given))

    return view


def _view_at_twilio_path(operation: Callable[..., Steps[str]]) -> Callable[..., Response]:
    def view(account_sid: str, service_sid: str) -> Response:
        return _answer(begin(runtime(), operation, _request(), service_sid))

    return view


def _answer(steps: Steps[str]) -> Response:
    try:
        return Response(finish(runtime().store, steps), mimetype="application/xml")
    except NotFound:
        refuse(Refusal(Reason.SERVICE))
    except WebhookRejected as error:
        refuse(Refusal(Reason(error.reason)))
    except Refusal as refusal:
        refuse(refusal)


def _request() -> WebhookRequest:
    return WebhookRequest(
        request.path, request.query_string.decode("latin-1"), request.mimetype,
        request.headers.get("X-Twilio-Signature"), request.get_data(),
    )  # fmt: skip


def _register() -> None:
    for word, webhook in WEBHOOKS.items():
        path = "/".join(f"<{name}>" for name in webhook.arguments)
        bp.add_url_rule(f"/webhooks/<service_sid>/{word}/{path}", word, _view(webhook), methods=["POST"])
    for word, operation in AT_TWILIO_PATHS.items():
        path, view = f"/v1/Accounts/<account_sid>/Proxy/<service_sid>/Webhooks/{word}", _view_at_twilio_path(operation)
        bp.add_url_rule(path, f"twilio_{word}", view, methods=["POST"])


_register()
