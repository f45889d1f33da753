"""The form of the out-of-session callback, for an inbound that belongs to no open Session (Proxy guide).

It has the carrier's own fields, and those of the last Session of this sender and number, as far as they are known. This
is the only place where real numbers are sent to an app: it needs them to decide who may talk with whom.
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
    session = codec(rt, service).session(doc)
    sender = _sender(session, inbound)
    partner = next((each for each in reversed(session.participants) if not _is(inbound.sender, each)), None)
    fields = {**_session(session), **_participant("inbound", sender), **_participant("outbound", partner)}
    return {**inbound.form(), **{name: value for name, value in fields.items() if value}}


def _sender(session: Session, inbound: Inbound) -> Participant | None:
    """Found by proxy number and real number, since the lease is gone: two participants may share a proxy number."""
    same_number = [each for each in session.participants if each.proxy_identifier == inbound.called]
    return next((each for each in reversed(same_number) if _is(inbound.sender, each)), None)


def _is(sender: str, participant: Participant) -> bool:
    return participant.number == lookup(sender)


def _session(session: Session) -> dict[str, str]:
    dates = {
        "sessionDateCreated": session.created_ms, "sessionDateUpdated": session.updated_ms,
        "sessionDateStarted": session.started_ms, "sessionDateEnded": session.ended_ms,
        "sessionDateLastInteraction": session.last_interaction_ms, "sessionDateExpiry": session.expiry_ms,
    }  # fmt: skip
    return {
        "sessionSid": session.sid,
        "sessionUniqueName": session.unique_name or "",
        "sessionStatus": session.status,
        "sessionMode": session.mode,
        "sessionClosedReason": session.closed_reason,
        "sessionAccountSid": session.account_sid,
        "sessionServiceSid": session.service_sid,
        "ttl": str(session.ttl),
        **{name: date(ms) for name, ms in dates.items() if ms is not None},
    }


def _participant(side: str, participant: Participant | None) -> dict[str, str]:
    if participant is None:
        return {}
    fields = {
        "Sid": participant.sid,
        "AccountSid": participant.account_sid,
        "ServiceSid": participant.service_sid,
        "SessionSid": participant.session_sid,
        "Identifier": participant.identifier,
        "FriendlyName": participant.friendly_name or "",
        "ProxyIdentifier": participant.proxy_identifier,
        "ProxyIdentifierSid": participant.proxy_identifier_sid,
        "DateCreated": date(participant.created_ms),
        "DateUpdated": date(participant.updated_ms),
    }
    return {f"{side}Participant{name}": value for name, value in fields.items()}
