"""/blocks: what is blocked in a Service."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from common.errors import Invalid, NotFound
from policy import blocks
from policy.blocks import SCOPES, Block
from proxy.api.paging import listing
from proxy.api.paths import service_of
from proxy.api.wire import date
from proxy.context import runtime
from proxy.responses import json_response, no_content

bp = Blueprint("blocks", __name__, url_prefix="/blocks/<service>")

#: Scope -> the form field that names what to block.
TARGETS = {"number": "Number", "session": "Session", "person": "Person"}


@bp.get("")
def index(service: str) -> Response:
    return listing("blocks", partial(blocks.list_blocks, runtime(), service_of(service)), _dump)


@bp.post("")
def create(service: str) -> Response:
    """201 if it is now blocked, 200 if it was already."""
    owner = service_of(service)
    scope, target = _scope_and_target()
    created = blocks.block(runtime(), owner, scope, target)
    return json_response({"scope": scope, "service_sid": owner.sid}, 201 if created else 200)


@bp.post("/lift")
def lift(service: str) -> Response:
    """POST, because a person's number must not be in a URL."""
    scope, target = _scope_and_target()
    if not blocks.unblock(runtime(), service_of(service), scope, target):
        raise NotFound("The block")
    return no_content()


def _scope_and_target() -> tuple[str, str]:
    scope = request.form.get("Scope", "")
    if scope not in SCOPES:
        raise Invalid("Scope", f"must be one of {', '.join(SCOPES)}")
    if scope not in TARGETS:
        return scope, ""
    target = request.form.get(TARGETS[scope], "").strip()
    if not target:
        raise Invalid(TARGETS[scope], "is required")
    return scope, target


def _dump(block: Block) -> dict[str, Any]:
    return {"scope": block.scope, "id": block.id or None, "date_created": date(block.at_ms)}
