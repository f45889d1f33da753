"""Services. One is created in three steps: claim the name in the account, write the Service, confirm the claim."""

from __future__ import annotations

import json
import time
from typing import Any

from common import listing
from common.claim_worker import moment
from common.errors import NotFound, Unavailable
from common.model import Page, Service
from common.runtime import Runtime
from common.script_errors import checked
from common.sids import is_sid, new
from common.steps import Command, Steps, finish
from services.accounts import Accounts
from services.names import with_sealed_name
from services.urls import with_sealed_urls
from storage import keys

#: The defaults of our own fields, which Proxy does not have.
OURS: dict[str, Any] = {
    "language": None,
    "events_url": None,
    "expiring_seconds": 0,
    "on_intercept_failure": "continue",
    "intercept_timeout_ms": 2500,
    # Without it a voice mailbox that answers tells the caller whose it is (docs/calls.md).
    "whisper": True,
    "end_calls": False,
    "ring_seconds": 25,
    "call_seconds": 14_400,
    "opt_out_scope": "pair",
    "opt_out_words": None,
    "content_phone": "off",
    "content_card": "off",
    "content_email": "off",
    "content_profanity": "off",
    "allowed_countries": None,
    "allowed_prefixes": None,
    "delivery": "auto",
    "content_retention": "retain",
    "address_retention": "retain",
    "redact_after": 0,
    "quiet_hours": None,
    "quiet_hours_for": "own",
    "quiet_hours_expiry": 86_400,
    "delete_media": False,
    "stranger_answers": 100,
    "stranger_questions": 10_000,
}
#: A claim of a name that is older than this is left to the job that ends claims.
CLAIM_FENCE_SECONDS = 30
FIELDS = (
    "unique_name", "name_hash", "default_ttl", "callback_url", "intercept_callback_url", "out_of_session_callback_url",
    "geo_match_level", "number_selection_behavior", "chat_instance_sid", "cooling_seconds", "cooling_policy", *OURS,
)  # fmt: skip


def create_service(rt: Runtime, account_sid: str, fields: dict[str, Any]) -> Service:
    """Raises Refused 80602 if the unique name is taken, Invalid if the account has too many Services."""
    rt.part(Accounts).require(account_sid)
    sid = new("KS")
    given = _sealed(rt, account_sid, sid, _with_defaults(rt, fields))
    doc = {"sid": sid, "account": account_sid, **_defaults(rt), **given}
    since = moment()
    _claim(rt, account_sid, doc["sid"], doc["name_hash"], create=True)
    rt.store.guard(lambda: rt.store.client.hset(keys.installation_services(), doc["sid"], account_sid))
    _refuse_old_claim(since)
    written = checked(rt.store.service("put_service", doc["sid"], {"create": doc}))["service"]
    confirm_service(rt, account_sid, written)
    return service_of(written)


def _defaults(rt: Runtime) -> dict[str, Any]:
    return {
        "default_ttl": 0,
        "callback_url": None,
        "intercept_callback_url": None,
        "out_of_session_callback_url": None,
        "geo_match_level": "country",
        "number_selection_behavior": "prefer-sticky",
        "chat_instance_sid": None,
        "cooling_seconds": rt.settings.cooling_seconds,
        "cooling_policy": rt.settings.cooling_policy,
        **OURS,
    }


def _with_defaults(rt: Runtime, fields: dict[str, Any]) -> dict[str, Any]:
    """Replaces each None by the default of its field."""
    defaults = _defaults(rt)
    return {name: defaults.get(name) if value is None else value for name, value in fields.items()}


def _sealed(rt: Runtime, account_sid: str, service_sid: str, fields: dict[str, Any]) -> dict[str, Any]:
    return with_sealed_urls(rt, service_sid, with_sealed_name(rt, account_sid, service_sid, fields))


def _claim(rt: Runtime, account_sid: str, service_sid: str, name_hash: str, create: bool = False) -> None:
    args = {"service": service_sid, "name_hash": name_hash, "at": now_ms(), "create": create}
    args["most"] = rt.settings.max_services_per_account
    checked(rt.store.account("claim_service", account_sid, args))


def _refuse_old_claim(since: float) -> None:
    """Raises Unavailable if this process was suspended: a job may have ended the claim (erasure.services)."""
    if moment() - since > CLAIM_FENCE_SECONDS:
        raise Unavailable("the Service was not written in time")


def confirm_service(rt: Runtime, account_sid: str, doc: dict[str, Any]) -> None:
    args = {"service": doc["sid"], "name_hash": doc["name_hash"], "created": doc["created"]}
    rt.store.account("confirm_service", account_sid, args)


def get_service(rt: Runtime, account_sid: str, ref: str) -> Service:
    """By SID or unique name, as it is now. Raises NotFound."""
    service = find_service(rt, finish(rt.store, sid_of(rt, account_sid, ref)))
    if service is None or service.account_sid != account_sid:
        raise NotFound("The Service")
    return service


def find_service(rt: Runtime, service_sid: str) -> Service | None:
    doc = service_document(rt, service_sid)
    return service_of(doc) if doc else None


def service_document(rt: Runtime, service_sid: str) -> dict[str, Any] | None:
    text = rt.store.guard(lambda: rt.store.client.get(keys.service("service", service_sid)))
    return json.loads(text) if text else None


def sid_of(rt: Runtime, account_sid: str, ref: str) -> Steps[str]:
    """Of a Service by its SID or unique name. Raises NotFound if nothing of the account has this name."""
    if is_sid(ref, "KS"):
        return ref
    found = yield Command(("HGET", keys.account("service_names", account_sid), rt.index.of_name(account_sid, ref)))
    if found is None:
        raise NotFound("The Service")
    return str(found.decode())


def update_service(rt: Runtime, service: Service, fields: dict[str, Any]) -> Service:
    """Changes the given fields; None sets the default of one. Raises NotFound, Refused 80602."""
    since, change = moment(), _sealed(rt, service.account_sid, service.sid, _with_defaults(rt, fields))
    name_hash = change.get("name_hash", service.name_hash)
    renamed = name_hash != service.name_hash
    if renamed:
        _claim(rt, service.account_sid, service.sid, name_hash)
    _refuse_old_claim(since)
    written = checked(rt.store.service("put_service", service.sid, {"change": change}))["service"]
    if renamed:
        confirm_service(rt, service.account_sid, written)
    return service_of(written)


def list_services(rt: Runtime, account_sid: str, cursor: str | None, limit: int) -> Page[Service]:
    answer = rt.store.account("list_services", account_sid, listing.arguments(cursor, limit))
    found = [find_service(rt, sid) for sid in answer["members"] or ()]
    return Page(
        [service for service in found if service],
        listing.cursor("after", answer.get("next")),
        listing.cursor("before", answer.get("previous")),
    )


def now_ms() -> int:
    return int(time.time() * 1000)


def service_of(doc: dict[str, Any]) -> Service:
    """Reads a Service's document."""
    fields: dict[str, Any] = {name: doc.get(name, OURS.get(name)) for name in FIELDS}
    return Service(
        sid=doc["sid"],
        account_sid=doc["account"],
        webhook_secrets=doc.get("webhook_secrets"),
        created_ms=doc["created"],
        updated_ms=doc["updated"],
        **fields,
    )
