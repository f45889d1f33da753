"""Deliveries to the customers' apps: list them, read one, send one again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from callbacks.attempt import form
from callbacks.rules import FIELD_OF, Kind
from common import listing
from common.errors import Invalid, NotFound
from common.model import Page, Service
from common.runtime import Runtime
from common.script_errors import checked
from services.accounts import Accounts
from services.services import find_service
from services.urls import open_url
from storage import keys

STATES = ("waiting", "delivered", "parked")
_SID = re.compile("DL[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """`kind`: callback | event | hangup. `url` has no query, which may hold a secret. Times in ms UTC."""

    sid: str
    account_sid: str
    service_sid: str
    session_sid: str | None
    kind: str
    type: str
    state: str
    attempts: int
    last_status: int | None
    last_error: str | None
    url: str | None
    created_ms: int
    tried_ms: int | None
    due_ms: int | None


def list_deliveries(
    rt: Runtime, account_sid: str, service: Service | None, state: str | None, cursor: str | None, limit: int
) -> Page[Delivery]:
    """Deliveries of one Service, or of the account's Services one after the other; in each the oldest first."""
    arguments = listing.arguments(cursor, limit)
    sids = [service.sid] if service else _services(rt, account_sid)
    side = "before" if "before" in arguments else "after"
    rows = _rows(rt, sids, side, arguments.get(side), {"state": state or "all", "limit": limit + 1})
    page = [row for row, _ in zip(rows, range(limit + 1), strict=False)]
    more, page = len(page) > limit, page[:limit]
    if side == "before":
        page.reverse()
    first, last = (_mark(page[0]), _mark(page[-1])) if page else (None, None)
    next_mark = last if more or side == "before" else None
    previous_mark = first if (more if side == "before" else "after" in arguments) else None
    return Page(page, listing.cursor("after", next_mark), listing.cursor("before", previous_mark))


def _services(rt: Runtime, account_sid: str) -> list[str]:
    sids = rt.store.guard(lambda: rt.store.client.zrange(keys.account("services", account_sid), 0, -1))
    return [sid.decode() for sid in sids]


def _rows(
    rt: Runtime, sids: Sequence[str], side: str, mark: list[Any] | None, args: dict[str, Any]
) -> Iterator[Delivery]:
    """Starts at `mark`; backwards if `side` is before. At most a page of each Service."""
    order = list(sids) if side == "after" else list(reversed(sids))
    marks: dict[str, list[Any]] = {}
    if mark:
        sid, _, member = mark[1].partition("/")
        if sid not in order:
            raise Invalid("PageToken", "belongs to a deleted Service: start again without it")
        order = order[order.index(sid) :]
        marks = {sid: [mark[0], member]}
    for sid in order:
        service = find_service(rt, sid)
        if service is not None:
            yield from _of_service(rt, service, side, {**args, **({side: marks[sid]} if sid in marks else {})})


def _of_service(rt: Runtime, service: Service, side: str, args: dict[str, Any]) -> list[Delivery]:
    if side == "before" and "before" not in args:
        # From the end of the list: no delivery sorts after this.
        args = {**args, "before": [2**53, "~"]}
    docs = rt.store.service("list_deliveries", service.sid, args)["docs"] or []
    deliveries = [_delivery(rt, service, doc) for doc in docs]
    if side == "after":
        return deliveries
    # At the beginning of the list the script fills the page with deliveries after the mark: these are removed.
    return [
        delivery for delivery in reversed(deliveries) if (delivery.created_ms, delivery.sid) < tuple(args["before"])
    ]


def _mark(delivery: Delivery) -> list[Any]:
    """The position of a delivery in the list of all Services."""
    return [delivery.created_ms, f"{delivery.service_sid}/{delivery.sid}"]


def get_delivery(rt: Runtime, account_sid: str, sid: str) -> tuple[Delivery, dict[str, Any] | None]:
    """The delivery, and the body that is posted. Raises NotFound."""
    service, doc = _find(rt, account_sid, sid)
    return _delivery(rt, service, doc), _body(rt, service, doc)


def redeliver(rt: Runtime, account_sid: str, sid: str) -> Delivery:
    """Sends it again with the same SID; one that waits is tried now. Raises NotFound."""
    service, _ = _find(rt, account_sid, sid)
    return _delivery(rt, service, checked(rt.store.service("redeliver", service.sid, {"delivery": sid}))["delivery"])


def owner_of(rt: Runtime, sid: str) -> str:
    """The account of a delivery, for operators of the installation. Raises NotFound."""
    rows = rt.store.guard(lambda: rt.store.client.hgetall(keys.installation_services()))
    for service_sid, account_sid in rows.items():
        if _may_belong(sid, service_sid.decode()):
            return str(account_sid.decode())
    raise NotFound("The delivery")


def _find(rt: Runtime, account_sid: str, sid: str) -> tuple[Service, dict[str, Any]]:
    for service_sid in _services(rt, account_sid) if _SID.fullmatch(sid) else ():
        service = find_service(rt, service_sid) if _may_belong(sid, service_sid) else None
        answer = rt.store.service("get_delivery", service_sid, {"delivery": sid}) if service else {}
        if service and "delivery" in answer:
            return service, answer["delivery"]
    raise NotFound("The delivery")


def _may_belong(sid: str, service_sid: str) -> bool:
    """Both SIDs have the same first 12 digits."""
    return sid[2:14] == service_sid[2:14]


def _body(rt: Runtime, service: Service, doc: dict[str, Any]) -> dict[str, Any] | None:
    if doc["kind"] == Kind.HANGUP:
        return {"calls": json.loads(doc["payload"])}
    if doc["kind"] == Kind.CALLBACK:
        return dict(form(rt, service, rt.part(Accounts).require(service.account_sid), doc))
    body: dict[str, Any] = json.loads(doc["payload"])
    return body


def _delivery(rt: Runtime, service: Service, doc: dict[str, Any]) -> Delivery:
    field = FIELD_OF.get(Kind(doc["kind"]))
    url = open_url(rt, service, field) if field else None
    return Delivery(
        sid=doc["sid"],
        account_sid=service.account_sid,
        service_sid=service.sid,
        session_sid=doc["session"] or None,
        kind=doc["kind"],
        type=doc["type"],
        state=doc["state"],
        attempts=doc["tries"],
        last_status=doc.get("status"),
        last_error=doc.get("reason"),
        url=re.split("[?#]", url)[0] if url else None,
        created_ms=doc["created"],
        tried_ms=doc.get("tried"),
        due_ms=doc.get("due") if doc["state"] == "waiting" else None,
    )
