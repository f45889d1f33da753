"""What the customer's app is told of an inbound that leads nowhere (Proxy guide, "out of session callback").

The carrier's own form, and what is known of the Session that this pair last had; what is not known is left out. Here
alone numbers go out: the app needs them to say who may talk with whom.
"""

from __future__ import annotations

from typing import Any

from carrier.inbound import Inbound
from common.dates import date
from common.identifiers import lookup
from common.model import Service
from common.runtime import Runtime
from sessions.model import Participant, Session
from sessions.sessions import codec


def form(rt: Runtime, service: Service, inbound: Inbound, doc: dict[str, Any] | None) -> dict[str, str]:
    if doc is None:
        return dict(inbound.form())
    found = codec(rt, service).session(doc)
    sender = _sender(found, inbound)
    partner = next((one for one in reversed(found.participants) if not _is(inbound.sender, one)), None)
    told = {**_session(found), **_participant("inbound", sender), **_participant("outbound", partner)}
    return {**inbound.form(), **{name: value for name, value in told.items() if value}}


def _sender(found: Session, inbound: Inbound) -> Participant | None:
    """The lease is gone, so by number and person: two people of one Session may share a number."""
    there = [one for one in found.participants if one.proxy_identifier == inbound.called]
    return next((one for one in reversed(there) if _is(inbound.sender, one)), None)


def _is(sender: str, one: Participant) -> bool:
    return one.number == lookup(sender)


def _session(found: Session) -> dict[str, str]:
    dates = {
        "sessionDateCreated": found.created_ms, "sessionDateUpdated": found.updated_ms,
        "sessionDateStarted": found.started_ms, "sessionDateEnded": found.ended_ms,
        "sessionDateLastInteraction": found.last_interaction_ms, "sessionDateExpiry": found.expiry_ms,
    }  # fmt: skip
    return {
        "sessionSid": found.sid,
        "sessionUniqueName": found.unique_name or "",
        "sessionStatus": found.status,
        "sessionMode": found.mode,
        "sessionClosedReason": found.closed_reason,
        "sessionAccountSid": found.account_sid,
        "sessionServiceSid": found.service_sid,
        "ttl": str(found.ttl),
        **{name: date(ms) for name, ms in dates.items() if ms is not None},
    }


def _participant(side: str, found: Participant | None) -> dict[str, str]:
    if found is None:
        return {}
    known = {
        "Sid": found.sid, "AccountSid": found.account_sid, "ServiceSid": found.service_sid,
        "SessionSid": found.session_sid, "Identifier": found.identifier, "FriendlyName": found.friendly_name or "",
        "ProxyIdentifier": found.proxy_identifier, "ProxyIdentifierSid": found.proxy_identifier_sid,
        "DateCreated": date(found.created_ms), "DateUpdated": date(found.updated_ms),
    }  # fmt: skip
    return {f"{side}Participant{name}": value for name, value in known.items()}
