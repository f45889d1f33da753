"""Blocks: an operator stops a whole Service, one of its numbers, a Session or a person, at once."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Any

from common import activity, listing
from common.errors import Invalid
from common.identifiers import SCHEME, require
from common.model import Page, Service
from common.runtime import Runtime
from common.script_errors import checked
from common.sids import is_sid
from storage import keys

SCOPES = ("service", "number", "session", "person")
_INDEX_LENGTH = 22


@dataclass(frozen=True, slots=True, repr=False)
class Block:
    """`id`: the proxy number, the Session's SID or the person's blind index; empty for the Service.

    `at_ms`: since when. `sealed`: the person's number, if a person is blocked.
    """

    scope: str
    id: str
    at_ms: int
    sealed: str | None


def block(rt: Runtime, service: Service, scope: str, target: str = "") -> bool:
    """`target`: the proxy number, the Session's SID or the person's real number. False if it was blocked already.

    Raises Invalid, NotFound.
    """
    return _put(rt, service, _args(rt, service.sid, scope, target))


def unblock(rt: Runtime, service: Service, scope: str, target: str = "") -> bool:
    """`target` may also be a person's index, as a list shows it. False if it was not blocked."""
    if scope == "person" and len(target) == _INDEX_LENGTH and not target.startswith("+"):
        return _put(rt, service, {"scope": scope, "id": target, "lift": True})
    args = _args(rt, service.sid, scope, target)
    return _put(rt, service, {**args, "lift": True})


def _put(rt: Runtime, service: Service, args: dict[str, Any]) -> bool:
    given = {"lift": False, "most": rt.settings.max_blocks_per_service, **args}
    changed = bool(checked(rt.store.service("put_block", service.sid, given))["changed"])
    if changed:
        # A proxy number is not secret, but no phone number ever appears in a log.
        session = given.get("id") if given["scope"] == "session" else None
        outcome = "removed" if given["lift"] else "set"
        activity.report("block", outcome, service=service.sid, scope=given["scope"], session=session)
    return changed


def _args(rt: Runtime, service_sid: str, scope: str, target: str) -> dict[str, Any]:
    if scope == "service":
        return {"scope": scope}
    if scope == "session":
        if not is_sid(target, "KC"):
            raise Invalid("Session", "must be the SID of a Session: KC and 32 hexadecimal digits")
        return {"scope": scope, "id": target}
    if scope == "number":
        if not re.fullmatch(r"\+?[0-9]{3,15}", target, re.ASCII):
            raise Invalid("Number", "must be a proxy number in E.164, such as +14155550100")
        return {"scope": scope, "id": target}
    number = require(target)
    who = rt.index.of(service_sid, SCHEME, number)
    return {"scope": scope, "id": who, "sealed": rt.seal.seal(number, associated_data(service_sid, who))}


def associated_data(service_sid: str, who: str) -> str:
    return f"block\0{service_sid}\0{who}"


def list_blocks(rt: Runtime, service: Service, cursor: str | None, limit: int) -> Page[Block]:
    """Oldest first."""
    asked, found = listing.arguments(cursor, limit), all_blocks(rt, service)
    marks = [_mark(one) for one in found]
    last = bisect_left(marks, asked["before"]) if "before" in asked else len(found)
    first = (
        bisect_right(marks, asked["after"]) if "after" in asked else max(last - limit, 0) if "before" in asked else 0
    )
    page = found[first : min(first + limit, last)]
    return Page(
        page,
        listing.cursor("after", _mark(page[-1])) if page and first + len(page) < len(found) else None,
        listing.cursor("before", _mark(page[0])) if page and first else None,
    )


def _mark(one: Block) -> list[Any]:
    return [one.at_ms, f"{one.scope}|{one.id}"]


def all_blocks(rt: Runtime, service: Service) -> list[Block]:
    """Oldest first; MAX_BLOCKS_PER_SERVICE at most."""
    stored = rt.store.guard(lambda: rt.store.client.hgetall(keys.service("blocks", service.sid)))
    found = [_block(field.decode(), json.loads(text)) for field, text in stored.items()]
    return sorted(found, key=_mark)


def _block(field: str, doc: dict[str, Any]) -> Block:
    scope, _, target = field.partition("|")
    return Block(scope, target, doc["at"], doc.get("sealed"))


def blocked_number(rt: Runtime, service: Service, found: Block) -> str | None:
    """A blocked person's real number: only for callers who may see it."""
    return rt.seal.open(found.sealed, associated_data(service.sid, found.id)) if found.sealed else None
