"""Requests to the API that are answered on the event loop: a plain POST that opens a Session.

The rest of the API goes to Flask (see operations.py), and so do names in place of SIDs and an Idempotency-Key.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from granian.rsgi import Scope

from common.runtime import Runtime
from common.steps import Steps
from proxy import full_store
from proxy.api import auth, forms, limits
from proxy.api.call import ApiCall
from proxy.api.schemas import NEW_SESSION
from proxy.api.sessions import creation
from proxy.api.unknown_fields import Ignored
from proxy.edge.wsgi import Answer
from proxy.private_answers import HEADERS

PATH = re.compile("/proxy/v1/Services/KS[0-9a-f]{32}/Sessions", re.ASCII)
SERVICE = slice(19, 53)
ENDPOINT, ROUTE = "api.sessions.create", "POST /proxy/v1/Services/<service>/Sessions"
JSON_HEADERS = [("content-type", "application/json"), *((name.lower(), value) for name, value in HEADERS)]
#: Bytes, several times as many as two Participants need. To read a larger form takes so long that a thread does it.
PLAIN_FORM = 4 * 1024


class PlainCall(NamedTuple):
    """A request that can be answered on the event loop. The last three: see ApiCall."""

    service_sid: str
    authorization: str
    peer: str
    forwarded: str


def plain_call(scope: Scope) -> PlainCall | None:
    path, headers = scope.path, scope.headers
    if scope.method != "POST" or scope.query_string or not PATH.fullmatch(path) or "idempotency-key" in headers:
        return None
    credentials, kinds = headers.get_all("authorization"), headers.get_all("content-type")  # type: ignore[attr-defined]
    if len(credentials) != 1 or len(kinds) != 1 or kinds[0].partition(";")[0] != forms.FORM_TYPE:
        return None
    if int(headers.get("content-length") or 0) > PLAIN_FORM:
        return None
    forwarded = ",".join(headers.get_all("x-forwarded-for"))  # type: ignore[attr-defined]
    return PlainCall(path[SERVICE], credentials[0], scope.client.rpartition(":")[0], forwarded)


def begin_call(rt: Runtime, plain: PlainCall, body: bytes) -> ApiCall:
    call = ApiCall("POST", ENDPOINT, plain.authorization, plain.peer, plain.forwarded, Ignored(rt, ROUTE))
    call.steps = _steps(rt, call, plain.service_sid, body)
    return call


def _steps(rt: Runtime, call: ApiCall, service_sid: str, body: bytes) -> Steps[bytes]:
    for check in (auth.check, limits.check, full_store.check):
        yield from check(rt, call)
    fields = forms.read(NEW_SESSION, forms.form_of(body), call.ignored)
    return (yield from creation(rt, call, service_sid, fields))


def answer_of(call: ApiCall, body: bytes) -> Answer:
    noted = [(name.lower(), value) for name, value in (*limits.headers(call), *forms.headers(call))]
    return Answer(201, [*JSON_HEADERS, *noted], body)
