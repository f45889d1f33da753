"""Sessions: opened with all their Participants or not at all, changed, closed, opened again."""

from __future__ import annotations

from typing import Any

from common import listing
from common.errors import Invalid, Refused
from common.identifiers import SCHEME, identifier_associated_data, require
from common.model import Page, Service
from common.runtime import Runtime
from common.script_errors import SENTENCES, checked
from common.sids import new
from policy import regions
from pool import numbers, selection
from sessions.codec import Codec, name_associated_data, spelling_associated_data
from sessions.model import ACTIVE, MODES, Session
from sessions.names import name_arguments, stored_reference

MOST_PARTICIPANTS = 2


def codec(rt: Runtime, service: Service) -> Codec:
    return Codec(rt.seal, service.sid, service.account_sid)


def open_session(rt: Runtime, service: Service, fields: dict[str, Any], participants: list[dict[str, Any]]) -> Session:
    """Leases a number for every Participant, or for none.

    Raises Refused: 21408, 80103, 802xx, 80404, 80601, 80603, 80604, 80609.
    """
    mode, status = fields.get("mode") or "voice-and-message", fields.get("status") or "open"
    if len(participants) > MOST_PARTICIPANTS:
        raise Refused(80609, SENTENCES[80609])
    if participants and status not in ACTIVE:
        raise Invalid("Status", "a Session with Participants begins open or in-progress")
    people = [participant_arguments(rt, service, given, mode) for given in participants]
    if len({one["who"] for one in people}) < len(people):
        raise Refused(80103, SENTENCES[80103])
    sid = new("KC")
    args = {
        "sid": sid, "mode": mode, "status": status, "people": people,
        **name_arguments(rt, service, sid, fields.get("unique_name")),
        "ttl": fields.get("ttl"), "expiry": fields.get("expiry_ms"),
        "most": rt.settings.max_sessions_per_service,
    }  # fmt: skip
    given = {name: value for name, value in args.items() if value is not None}
    return _session(rt, service, rt.store.service("open_session", service.sid, given))


def participant_arguments(rt: Runtime, service: Service, given: dict[str, Any], mode: str | None) -> dict[str, Any]:
    """A new Participant as an argument of the scripts; its identifier only sealed and as a blind index."""
    as_given = given["identifier"]
    number = require(as_given)
    regions.require_allowed(service, number)
    sid = new("KP")
    steps = {each: selection.cell_groups(number, service.geo_match_level, each) for each in ([mode] if mode else MODES)}
    found = {
        "sid": sid,
        "who": rt.index.of(service.sid, SCHEME, number),
        "sealed": rt.seal.seal(number, identifier_associated_data(service.sid, sid)),
        "given": None if number == as_given else rt.seal.seal(as_given, spelling_associated_data(service.sid, sid)),
        "name": _sealed_name(rt, service, sid, given.get("friendly_name")),
        "lang": given.get("language"),
        "zone": given.get("time_zone"),
        "cells": steps[mode] if mode else steps,
        "country": selection.country(number),
        "number": numbers.requested_number(
            rt, service, given.get("proxy_identifier"), given.get("proxy_identifier_sid")
        ),
    }
    return {name: value for name, value in found.items() if value is not None}


def _sealed_name(rt: Runtime, service: Service, participant_sid: str, name: str | None) -> str | None:
    return None if name is None else rt.seal.seal(name, name_associated_data(service.sid, participant_sid))


def get_session(rt: Runtime, service: Service, ref: str) -> Session:
    args = {"session": stored_reference(rt, service, ref)}
    return _session(rt, service, rt.store.service("get_session", service.sid, args))


def update_session(rt: Runtime, service: Service, ref: str, fields: dict[str, Any]) -> Session:
    """Raises NotFound, Invalid, Refused 80601, 80604, 80607."""
    if fields.get("status") not in (None, "closed", *ACTIVE):
        raise Invalid("Status", "can be set to closed, in-progress or open")
    names = {"status": "status", "ttl": "ttl", "expiry_ms": "expiry"}
    args = {"session": stored_reference(rt, service, ref), **{names[name]: value for name, value in fields.items()}}
    return _session(rt, service, rt.store.service("update_session", service.sid, args))


def list_sessions(rt: Runtime, service: Service, cursor: str | None, limit: int) -> Page[Session]:
    args = listing.arguments(cursor, limit)
    return listing.page(rt.store.service("list_sessions", service.sid, args), codec(rt, service).session)


def _session(rt: Runtime, service: Service, answer: dict[str, Any]) -> Session:
    return codec(rt, service).session(checked(answer)["session"])
