"""The whole life of a Service, in which every script runs at least once."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from carrier.inbound import Inbound
from common.model import Service
from common.runtime import Runtime
from common.sids import new
from common.steps import finish
from erasure.services import delete_service, retire
from erasure.sessions import delete_interaction, delete_session
from policy import notices
from pool import numbers
from relay import calls, click_to_call, messages, overdue
from relay.statuses import note_status
from services import services
from services.snapshot import read_snapshot
from sessions import expiry, interactions, participants, sessions
from sessions.model import Session
from tests.sessions import other_operations
from tests.sessions.real_runtime import ACCOUNT, TestClock, number_sid, put_number, us_numbers

ANN, BEN, CAT = "+14155552201", "+14155552202", "+14155552203"
POOL = us_numbers(4)


def create(rt: Runtime, **fields: Any) -> Service:
    service = services.create_service(rt, ACCOUNT, {"unique_name": new("life-"), **fields})
    for number in POOL:
        put_number(rt, service, number)
    return service


def open_session(rt: Runtime, service: Service, **fields: Any) -> Session:
    return sessions.open_session(rt, service, fields, [{"identifier": ANN}, {"identifier": BEN}])


def relay_text(rt: Runtime, service: Service, called: str, sender: str = ANN, sid: str | None = None) -> str:
    said = Inbound("message", sid or new("SM"), sender, called, "hello")
    return finish(rt.store, messages.relay_message(rt, read_snapshot(rt, service.sid), said))


class Killed(Exception):
    """Raised in place of the death of a process."""


def die_while_asking(rt: Runtime, service: Service, called: str, sender: str = ANN) -> None:
    """Relays a text: the process asks the app about it, and dies before the app answers."""

    def die(edge: str) -> None:
        raise Killed

    services.update_service(rt, service, {"intercept_callback_url": "https://10.0.0.1/"})
    rt.failpoint, alive = die, rt.failpoint
    with suppress(Killed):
        relay_text(rt, service, called, sender)
    rt.failpoint = alive
    services.update_service(rt, service, {"intercept_callback_url": None})


def run_scripts(rt: Runtime, service: Service, clock: TestClock) -> None:
    """Runs all scripts except those that end a Service. Leaves one Session open, one closed, and a number draining."""
    ended = open_session(rt, service, unique_name=new("ride-"), ttl=60)
    _text_each_other(rt, service, ended)
    die_while_asking(rt, service, ended.participants[1].proxy_identifier, BEN)
    clock.now += 30_000
    services.update_service(rt, service, {"on_intercept_failure": "block"})
    assert overdue.end_overdue(rt, service.sid) == 1
    services.update_service(rt, service, {"on_intercept_failure": "continue"})
    clock.now += 61_000
    assert expiry.sweep_service(rt, service.sid) >= 1
    again = sessions.update_session(rt, service, ended.sid, {"status": "in-progress", "ttl": 0})
    delete_session(rt, service, sessions.open_session(rt, service, {}, []).sid)
    open_one = open_session(rt, service, ttl=3600)
    die_while_asking(rt, service, open_one.participants[0].proxy_identifier)
    other_operations.run_all(rt, service, open_one, clock)
    sessions.update_session(rt, service, again.sid, {"status": "closed"})
    sessions.list_sessions(rt, service, None, 50)
    _keep_pool(rt, service)
    services.update_service(rt, service, {"unique_name": new("renamed-")})
    services.list_services(rt, ACCOUNT, None, 50)


def _text_each_other(rt: Runtime, service: Service, session: Session) -> None:
    ann = session.participants[0]
    relay_text(rt, service, ann.proxy_identifier)
    relay_text(rt, service, ann.proxy_identifier, sender=CAT)
    relay_text(rt, service, ann.proxy_identifier)
    said, also = interactions.list_interactions(rt, service, session.sid, None, 10).items
    finish(rt.store, note_status(read_snapshot(rt, service.sid), said.sid, resource=new("SM"), state="sent"))
    interactions.get_interaction(rt, service, session.sid, said.sid)
    delete_interaction(rt, service, session.sid, also.sid)
    _call(rt, service, session)
    participants.remove_participant(rt, service, session.sid, ann.sid)
    participants.add_participant(rt, service, session.sid, {"identifier": CAT})
    participants.list_participants(rt, service, session.sid, None, 50)
    sessions.get_session(rt, service, session.sid)


def _call(rt: Runtime, service: Service, session: Session) -> None:
    """Runs the scripts of two calls: one from Ann, where the app cannot be asked, and one that the app orders."""
    ann = session.participants[0]
    services.update_service(rt, service, {"intercept_callback_url": "https://10.0.0.1/"})
    called = Inbound("voice", new("CA"), ANN, ann.proxy_identifier)
    finish(rt.store, calls.relay_call(rt, read_snapshot(rt, service.sid), called))
    services.update_service(rt, service, {"intercept_callback_url": None})
    order = {"session": session.sid, "participant": ann.sid, "interaction": new("KI")}
    rt.store.service("open_call", service.sid, order)
    answered = Inbound("voice", new("CA"), ann.proxy_identifier, ANN)
    sid, snapshot = order["interaction"], read_snapshot(rt, service.sid)
    finish(rt.store, click_to_call.connect(rt, snapshot, sid, answered, pressed="1"))
    finish(rt.store, click_to_call.note_placed(service.sid, sid, resource=answered.sid, state="completed"))
    for one in interactions.list_interactions(rt, service, session.sid, None, 10).items:
        if one.type == "voice":
            finish(rt.store, note_status(snapshot, one.sid, resource=new("CA"), state="completed"))
    notices.set_notice(rt, service, "busy", {"text": "Busy."})
    notices.restore_notice(rt, service, "busy")
    notices.set_notice(rt, service, "failed", {"text": "Failed."})


def _keep_pool(rt: Runtime, service: Service) -> None:
    sid, number = number_sid(POOL[0].number), POOL[0].number
    claim = {"account": ACCOUNT, "service": service.sid, "sid": sid, "restore": "", "at": 0}
    rt.store.account("claim_number", ACCOUNT, {"number": number, "claim": claim})
    rt.store.service("note_drift", service.sid, {"sid": sid, "fields": []})
    numbers.update_number(rt, service, number_sid(POOL[1].number), True)
    numbers.list_numbers(rt, service, None, 10)
    rt.store.service("list_drained", service.sid, {})
    busy = next(one for one in numbers.list_numbers(rt, service, None, 10).items if one.in_use)
    numbers.remove_number(rt, service, busy.sid)
    rt.store.account("release_number", ACCOUNT, {"number": number, "service": service.sid, "at": 0})


def delete(rt: Runtime, service: Service) -> None:
    delete_service(rt, service)
    other_operations.settle_files(rt, service, "cleared")
    rt.store.ring("drop_files", {"drop": []})
    retire(rt, ACCOUNT, service.sid)
