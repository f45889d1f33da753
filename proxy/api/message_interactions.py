"""/Services/<service>/Sessions/<session>/Participants/<participant>/MessageInteractions"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response

from callbacks.form import resource_base
from callbacks.http.urls import check_url
from common.errors import Invalid
from common.security_events import Kind
from outbox import app_messages
from proxy.api import wire
from proxy.api.auth import account_sid
from proxy.api.forms import load
from proxy.api.paging import listing
from proxy.api.paths import service_of, session_of
from proxy.api.schemas import MESSAGE
from proxy.context import api_base, runtime
from proxy.responses import json_response
from proxy.security import note_request
from services.accounts import Accounts
from sessions.model import Interaction

bp = Blueprint(
    "message_interactions",
    __name__,
    url_prefix='/Services/<service>/Sessions/<session>/Participants/<sid("KP"):participant>/MessageInteractions',
)


@bp.get("")
def index(service: str, session: str, participant: str) -> Response:
    fetch = partial(app_messages.list_messages, runtime(), service_of(service), session_of(session), participant)
    return listing("interactions", fetch, _dump())


@bp.post("")
def create(service: str, session: str, participant: str) -> Response:
    form = load(MESSAGE)
    body, media_url = form.get("body") or "", form.get("media_url")
    if media_url:
        _require_fetchable(media_url)
    elif not body:
        raise Invalid("Body", "is required, and must not be blank, if there is no MediaUrl")
    message = app_messages.send_message(
        runtime(), service_of(service), session_of(session), participant, body, media_url
    )
    return json_response(_dump()(message), 201)


def _require_fetchable(url: str) -> None:
    """The carrier fetches the URL, so http is allowed too."""
    reason = check_url(url, allow_private=runtime().settings.allow_private_callbacks, for_the_carrier=True)
    if reason:
        note_request(Kind.CALLBACK_URL_REFUSED, account=account_sid(), reason="media_url")
        raise Invalid("MediaUrl", reason)


@bp.get('/<sid("KI"):sid>')
def fetch(service: str, session: str, participant: str, sid: str) -> Response:
    return json_response(
        _dump()(app_messages.get_message(runtime(), service_of(service), session_of(session), participant, sid))
    )


def _dump() -> Callable[[Interaction], dict[str, Any]]:
    """Reads the account once, not for each item of a page."""
    carrier = resource_base(runtime(), runtime().part(Accounts).require(account_sid()))
    return partial(wire.message_interaction, base=api_base(), carrier=carrier)
