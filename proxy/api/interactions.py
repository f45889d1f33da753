"""/Services/<service>/Sessions/<session>/Interactions"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response

from callbacks.form import resource_base
from erasure.sessions import delete_interaction
from proxy.api import wire
from proxy.api.auth import account_sid
from proxy.api.paging import listing
from proxy.api.paths import service_of, session_of
from proxy.context import api_base, runtime
from proxy.responses import json_response, no_content
from services.accounts import Accounts
from sessions import interactions

bp = Blueprint("interactions", __name__, url_prefix="/Services/<service>/Sessions/<session>/Interactions")


@bp.get("")
def index(service: str, session: str) -> Response:
    fetch = partial(interactions.list_interactions, runtime(), service_of(service), session_of(session))
    return listing("interactions", fetch, partial(wire.interaction, base=api_base(), carrier=_carrier_url()))


@bp.get('/<sid("KI"):sid>')
def fetch(service: str, session: str, sid: str) -> Response:
    interaction = interactions.get_interaction(runtime(), service_of(service), session_of(session), sid)
    return json_response(wire.interaction(interaction, api_base(), _carrier_url()))


@bp.delete('/<sid("KI"):sid>')
def delete(service: str, session: str, sid: str) -> Response:
    delete_interaction(runtime(), service_of(service), session_of(session), sid)
    return no_content()


def _carrier_url() -> str:
    return resource_base(runtime(), runtime().part(Accounts).require(account_sid()))
