"""/blocks"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from common.errors import Invalid, NotFound
from policy import blocks
from policy.blocks import SCOPES, Block
from proxy.api.paths import service_of
from proxy.api.wire import date
from proxy.edge import empty, reply, runtime

bp = Blueprint("blocks", __name__, url_prefix="/blocks/<service>")

#: The field of the form that names what is to be stopped.
TARGETS = {"number": "Number", "session": "Session", "person": "Person"}


@bp.get("")
def index(service: str) -> Response:
    """All of them: an operator's list is short."""
    return reply({"blocks": [_dump(one) for one in blocks.list_blocks(runtime(), service_of(service))]}, 200)


@bp.post("")
def create(service: str) -> Response:
    """201 if it is stopped from now on, 200 if it was already."""
    found = service_of(service)
    scope, target = _target()
    made = blocks.block(runtime(), found, scope, target)
    return reply({"scope": scope, "service_sid": found.sid}, 201 if made else 200)


@bp.post("/lift")
def lift(service: str) -> Response:
    """By POST, since a person's number must not stand in a path."""
    scope, target = _target()
    if not blocks.unblock(runtime(), service_of(service), scope, target):
        raise NotFound("The block")
    return empty()


def _target() -> tuple[str, str]:
    scope = request.form.get("Scope", "")
    if scope not in SCOPES:
        raise Invalid("Scope", f"must be one of {', '.join(SCOPES)}")
    if scope not in TARGETS:
        return scope, ""
    target = request.form.get(TARGETS[scope], "").strip()
    if not target:
        raise Invalid(TARGETS[scope], "is required")
    return scope, target


def _dump(found: Block) -> dict[str, Any]:
    return {"scope": found.scope, "id": found.id or None, "date_created": date(found.at_ms)}
