"""Runs the scripts that service_life.py leaves out: those of jobs, of apps and of operators."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callbacks import deliveries, webhook_secrets
from carrier.inbound import Attached, Inbound
from common.model import Service
from common.runtime import Runtime
from common.sids import new
from common.steps import finish
from jobs.job_claim import run_claimed
from jobs.redaction import request
from outbox import app_messages, entries
from policy import blocks, content_lists, opt_outs
from policy.opt_outs import OptOut
from relay import messages
from services import idempotency, services
from services.idempotency import Request
from services.snapshot import read_snapshot
from sessions import expiry, interactions
from sessions.model import Session
from sessions.sealed_text import sealed_text
from storage import keys
from tests.sessions.real_runtime import ACCOUNT, TestClock

LEASE = {"lease_ms": 1000, "token": "a" * 32}
KEPT = {"delivered": 10**9, "parked": 1000}


def run(rt: Runtime, service: Service, script: str, **args: Any) -> dict[str, Any]:
    found: dict[str, Any] = rt.store.service(script, service.sid, args)
    return found


def deliver_events(rt: Runtime, service: Service, session: Session, clock: TestClock) -> None:
    """Runs the scripts that deliver events to the app, as the delivery job runs them."""
    services.update_service(rt, service, {"events_url": "https://app.example/", "expiring_seconds": 60})
    run(rt, service, "announce_expiring")
    told = {"kind": "event", "type": "session.opened", "session": session.sid, "payload": "{}"}
    made = [{"sid": f"DL{n:032x}", **told} for n in (1, 2)]
    client: Any = rt.store.client
    cursor = client.hget(keys.service("clock", service.sid), "c").decode()
    run(rt, service, "spool_deliveries", **{"from": cursor, "to": "9999999999999-0", "deliveries": made, "most": 0})
    terms = {**LEASE, "most": 8, "keep_ms": KEPT}
    (claim,) = run(rt, service, "claim_deliveries", kind="event", room=1, **terms)["claims"]
    how = {"outcome": "parked", "delay_ms": 1, "day_ms": 1, **terms, "token": claim["token"]}
    run(rt, service, "settle_delivery", delivery=claim["sid"], **how)
    sid = deliveries.list_deliveries(rt, ACCOUNT, service, "parked", None, 10).items[0].sid
    run(rt, service, "get_delivery", delivery=sid)
    run(rt, service, "redeliver", delivery=sid)
    (claim,) = run(rt, service, "claim_deliveries", kind="event", room=1, **terms)["claims"]
    told = {**how, "outcome": "delivered", "token": claim["token"]}
    run(rt, service, "settle_delivery", delivery=claim["sid"], **told)
    run(rt, service, "trim_events", entries=[])
    clock.now += 5000
    run(rt, service, "forget_deliveries")


def reconcile(rt: Runtime, service: Service) -> None:
    """Runs the scripts that compare our records with the carrier's, as the jobs run them."""
    found = run(rt, service, "claim_watched", most=10, lease_ms=1000)
    terms = {"apart_ms": 60_000, "window_ms": 3_600_000, "looked": found["at"]}
    for one in found["looks"] or ():
        args = {"interaction": one["interaction"]["sid"], **terms}
        run(rt, service, "note_missing", state="delivery-unknown", **args)
    run(rt, service, "late_window", settle_ms=1, overlap_ms=1, back_ms=1000)
    late = {"id": new("SM"), "interaction": new("KI"), "who": "x" * 22, "to": "+14155550000", "at": 1}
    run(rt, service, "note_late", messages=[late], mark=2, window_ms=3_600_000)


def send_messages(rt: Runtime, service: Service, session: Session, clock: TestClock) -> None:
    """Runs the scripts for messages that the app sends, as the outbox runs them."""
    person = next(one for one in session.participants if one.deleted_ms is None)
    texts = [app_messages.send_message(rt, service, session.sid, person.sid, body) for body in ("one", "two", "three")]
    app_messages.list_messages(rt, service, session.sid, person.sid, None, 10)
    run(rt, service, "list_sent", session=session.sid, participant=person.sid, most=10)
    how: dict[str, Any] = {"most": 1, "doubt_ms": 1, "policy": "hold", "delay_ms": 1, "reason": "carrier_busy"}
    how |= {"until": clock.now + 10**6, "quiet": {"hours": "21:00-08:00", "ends": 1}, "resource": new("SM")}
    for outcome in ("part", "again", "again", "held"):
        (claim,) = run(rt, service, "claim_outgoing", room=1, kept=1, soon_ms=0, rate=1, **LEASE)["claims"]
        entry = claim["entry"]
        one = {"interaction": entry["sid"], "token": entry["token"], "part": entry.get("part", 0)}
        run(rt, service, "settle_outgoing", outcome=outcome, **one, **how)
        clock.now += 5000
    entries.list_outbox(rt, service, "parked", None, 10)
    entries.release(rt, service, texts[0].sid, "retry")
    blocked = app_messages.send_message(rt, service, session.sid, person.sid, "four").sid
    run(rt, service, "note_status", interaction=blocked, resource=new("SM"), state="undelivered", code=30004)


def attach_file(rt: Runtime, service: Service, session: Session, clock: TestClock) -> None:
    """Runs the scripts that relay a message with a picture, as the job for files runs them."""
    first = next(one for one in session.participants if one.deleted_ms is None)
    picture = (Attached(new("ME"), "image/png"),)
    message = Inbound("message", new("SM"), first.identifier, first.proxy_identifier, "look", picture)
    finish(rt.store, messages.relay_message(rt, read_snapshot(rt, service.sid), message))
    file = new("file-")
    rt.store.ring("keep_file", {"file": file, "ends": clock.now + 1000, "size": 10, "most": 100})
    rt.store.client.set(keys.ring("file", file), b"", ex=60)
    settle_files(rt, service, "again")
    clock.now += 1000
    settle_files(rt, service, "ready", files=[{"id": file}], media=[file], lost=0)


def settle_files(rt: Runtime, service: Service, outcome: str, **how: Any) -> None:
    terms = {"patience_ms": 1000, "most_ms": 1000, **LEASE, "token": new("")}
    for claim in run(rt, service, "claim_attachments", room=10, **terms)["claims"] or ():
        sid = claim["attachment"]["sid"]
        told = {"interaction": sid, "token": claim["attachment"]["token"], "delay_ms": 1000, **how}
        told |= sealed_text(rt, service.sid, sid, {"body": "look"})
        run(rt, service, "settle_attachment", outcome=outcome, **told)


def block_people(rt: Runtime, service: Service) -> None:
    """Runs the scripts for opt-outs, blocked people, rate limits and Idempotency-Keys."""
    opt_outs.import_opt_outs(rt, service, [OptOut("+14155552299", "+14155550000"), OptOut("+14155552298", None)])
    blocks.block(rt, service, "person", "+14155552297")
    rt.store.service("touch_service", service.sid, {})
    rt.store.account("take_tokens", ACCOUNT, {"class": "read", "rate": 10, "burst": 20, "most": 5})
    request = Request(ACCOUNT, "/x", b"")
    claim = idempotency.begin(rt, "a-key", request)
    assert isinstance(claim, idempotency.Claim)
    idempotency.keep(rt, claim, idempotency.Answer(201, "application/json", b"{}"))


def spend_allowance(rt: Runtime, service: Service, session: Session) -> None:
    """Sends a message with a limit on the segments of a day."""
    usual, person = rt.settings, next(one for one in session.participants if one.deleted_ms is None)
    rt.settings = replace(usual, segments_per_day=400)
    app_messages.send_message(rt, service, session.sid, person.sid, "three")
    rt.settings = usual


def relay_text(rt: Runtime, service: Service, session: Session) -> None:
    second = session.participants[1]
    said = Inbound("message", new("SM"), second.identifier, second.proxy_identifier, "hello")
    finish(rt.store, messages.relay_message(rt, read_snapshot(rt, service.sid), said))


def redact(rt: Runtime, service: Service, session: Session) -> None:
    """Runs the scripts that redact messages at the carrier, as the job runs them; one more redaction is not due yet."""
    services.update_service(rt, service, {"redact_after": 3600})
    relay_text(rt, service, session)
    (first, *_) = interactions.list_interactions(rt, service, session.sid, None, 10).items
    request.ask(rt, service, first.sid)
    (claim, *_) = run(rt, service, "claim_redactions", most=10, **LEASE)["claims"]
    told = {"resource": claim["resource"], "token": claim["token"]}
    run(rt, service, "settle_redaction", outcome="again", delay_ms=0, **told)
    (claim, *_) = run(rt, service, "claim_redactions", most=10, **LEASE)["claims"]
    run(rt, service, "settle_redaction", outcome="redacted", **{**told, "token": claim["token"]})


def keep_keys(rt: Runtime, service: Service) -> None:
    """Runs the scripts for the installation's own keys and claims, and for the credentials of accounts."""
    store = rt.store
    webhook_secrets.add_secret(rt, service, 60)
    run_claimed(rt, "a-job", service.sid, lambda may_begin: may_begin())
    store.ring("count_login_failure", {"client": "a", "account": ACCOUNT, "per_client": 5, "per_account": 50})
    question = {"question": new(""), "known": False, "token": new(""), "claim": 60_000, "at_once": 2, "per_minute": 20}
    store.ring("claim_key_check", question)
    wrapped = store.guard(lambda: store.client.hget(keys.ring("keyring"), "wrapped")).decode()
    store.ring("replace_keyring", {"former": wrapped, "wrapped": wrapped})
    account = keys.account("account", ACCOUNT)
    store.run("reseal", account, {"key": account, "values": [["old", "new", ""]]})
    other = "AC" + new("")
    store.guard(lambda: store.client.set(keys.account("account", other), "one"))
    store.account("replace_account", other, {"former": "one", "text": "two"})
    store.account("forget_account", other, {"former": "two"})


def run_all(rt: Runtime, service: Service, session: Session, clock: TestClock) -> None:
    services.update_service(rt, service, {"content_phone": "flag"})
    content_lists.set_lists(rt, service, {"allowed": "@shop.example"})
    relay_text(rt, service, session)
    deliver_events(rt, service, session, clock)
    send_messages(rt, service, session, clock)
    spend_allowance(rt, service, session)
    attach_file(rt, service, session, clock)
    block_people(rt, service)
    keep_keys(rt, service)
    clock.now += 31_000
    reconcile(rt, service)
    redact(rt, service, session)
    expiry.sweep_service(rt, service.sid)
