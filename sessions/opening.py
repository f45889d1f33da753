"""Opens a Session with all its Participants or not at all, in one trip to the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from common.errors import Invalid, NotFound, Refused
from common.identifiers import SCHEME, identifier_associated_data, require
from common.model import Service
from common.runtime import Runtime
from common.script_errors import SENTENCES, checked
from common.sids import new
from common.steps import Steps
from policy import regions
from pool import numbers, selection
from services.snapshot import ServiceSnapshot, call_at_version, require_current, with_snapshot
from sessions.codec import Codec, name_associated_data, spelling_associated_data
from sessions.model import ACTIVE, MODES, Session
from sessions.names import name_arguments
from storage import opening_form
from storage.seal import RememberingSeal, Seal

MOST_PARTICIPANTS = 2
Fields = dict[str, Any]


def begin_session(
    rt: Runtime, account_sid: str, service_sid: str, fields: Fields, participants: Sequence[Fields]
) -> Steps[Session]:
    """Leases a number for every Participant, or for none.

    Raises NotFound if the account has no such Service; Refused: 21408, 80103, 802xx, 80404, 80601, 80603, 80604, 80609.
    """
    # Once for all attempts: after a lost answer, the Service may have changed, and the Session may be there.
    sids = new("KC"), [new("KP") for _ in participants[:MOST_PARTICIPANTS]]

    def act(snapshot: ServiceSnapshot) -> Steps[Session]:
        service, seal = snapshot.service, RememberingSeal(rt.seal)
        try:
            if service.account_sid != account_sid:
                raise NotFound("The Service")
            args = yield from _arguments(rt, seal, service, *sids, fields, participants)
        except Refused:
            yield from require_current(snapshot)
            raise
        answer = yield from call_at_version("open_session", service.sid, args, snapshot.version_to_compare)
        return Codec(seal, service.sid, service.account_sid).session(_document(checked(answer)))

    return with_snapshot(rt, service_sid, act)


def _document(answer: Fields) -> Fields:
    opened = answer.get("opened")
    found: Fields = opening_form.unfold(opened) if opened else answer["session"]
    return found


def _arguments(
    rt: Runtime, seal: Seal, service: Service, sid: str, participant_sids: Sequence[str], fields: Fields,
    participants: Sequence[Fields],
) -> Steps[Fields]:  # fmt: skip
    mode, status = fields.get("mode") or "voice-and-message", fields.get("status") or "open"
    if len(participants) > MOST_PARTICIPANTS:
        raise Refused(80609, SENTENCES[80609])
    if participants and status not in ACTIVE:
        raise Invalid("Status", "a Session with Participants begins open or in-progress")
    people = []
    for participant_sid, given in zip(participant_sids, participants, strict=True):
        people.append((yield from participant_arguments(rt, seal, service, participant_sid, given, mode)))
    if len({one["who"] for one in people}) < len(people):
        raise Refused(80103, SENTENCES[80103])
    args = {
        "sid": sid, "mode": mode, "status": status, "people": people,
        **name_arguments(rt, service, sid, fields.get("unique_name")),
        "ttl": fields.get("ttl"), "expiry": fields.get("expiry_ms"),
        "most": rt.settings.max_sessions_per_service,
    }  # fmt: skip
    return {name: value for name, value in args.items() if value is not None}


def participant_arguments(
    rt: Runtime, seal: Seal, service: Service, sid: str, given: Fields, mode: str | None
) -> Steps[Fields]:
    """A new Participant as an argument of the scripts; its identifier only sealed and as a blind index."""
    as_given, name = given["identifier"], given.get("friendly_name")
    number = require(as_given)
    regions.require_allowed(service, number)
    level = service.geo_match_level
    cells: Any = (
        selection.cell_groups(number, level, mode)
        if mode
        else {each: selection.cell_groups(number, level, each) for each in MODES}
    )
    found = {
        "sid": sid,
        "who": rt.index.of(service.sid, SCHEME, number),
        "sealed": seal.seal(number, identifier_associated_data(service.sid, sid)),
        "given": None if number == as_given else seal.seal(as_given, spelling_associated_data(service.sid, sid)),
        "name": None if name is None else seal.seal(name, name_associated_data(service.sid, sid)),
        "lang": given.get("language"),
        "zone": given.get("time_zone"),
        "cells": cells,
        "country": selection.country(number),
        "number": (
            yield from numbers.requested_number(
                service.sid, given.get("proxy_identifier"), given.get("proxy_identifier_sid")
            )
        ),
    }
    return {name: value for name, value in found.items() if value is not None}
