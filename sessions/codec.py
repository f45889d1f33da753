"""Turns the documents of the scripts into the types of sessions/model.py, and opens their seals."""

from __future__ import annotations

import json
from typing import Any

from common.identifiers import identifier_associated_data
from sessions.model import Interaction, Participant, Session
from storage.seal import Seal

Doc = dict[str, Any]


class Codec:
    """For the documents of one Service."""

    def __init__(self, seal: Seal, service_sid: str, account_sid: str) -> None:
        self._seal = seal
        self._service = service_sid
        self._account = account_sid

    def session(self, doc: Doc) -> Session:
        return Session(
            sid=doc["sid"],
            service_sid=self._service,
            account_sid=self._account,
            unique_name=self._unique_name(doc),
            status=doc["status"],
            mode=doc["mode"],
            ttl=doc["ttl"],
            expiry_ms=doc.get("expiry"),
            started_ms=doc.get("started"),
            ended_ms=doc.get("ended"),
            last_interaction_ms=doc.get("last"),
            closed_reason=doc["reason"],
            created_ms=doc["created"],
            updated_ms=doc["updated"],
            participants=tuple(self.participant(doc["sid"], person) for person in doc["people"] or ()),
        )

    def participant(self, session_sid: str, doc: Doc) -> Participant:
        return Participant(
            sid=doc["sid"],
            session_sid=session_sid,
            service_sid=self._service,
            account_sid=self._account,
            identifier=self._given(doc),
            number=self._seal.open(doc["sealed"], identifier_associated_data(self._service, doc["sid"])),
            friendly_name=self._name(doc),
            proxy_identifier=doc["number"],
            proxy_identifier_sid=doc["pn"],
            created_ms=doc["created"],
            updated_ms=doc.get("deleted") or doc["created"],
            deleted_ms=doc.get("deleted"),
            language=doc.get("lang"),
            time_zone=doc.get("zone"),
        )

    def _unique_name(self, doc: Doc) -> str | None:
        if not doc.get("unique_name"):
            return None
        return self._seal.open(doc["unique_name"], unique_name_associated_data(self._service, doc["sid"]))

    def _name(self, doc: Doc) -> str | None:
        if not doc.get("name"):
            return None
        return self._seal.open(doc["name"], name_associated_data(self._service, doc["sid"]))

    def _given(self, doc: Doc) -> str:
        """Stored apart only if its spelling differs from the number's."""
        if doc.get("given"):
            return self._seal.open(doc["given"], spelling_associated_data(self._service, doc["sid"]))
        return self._seal.open(doc["sealed"], identifier_associated_data(self._service, doc["sid"]))

    def interaction(self, doc: Doc) -> Interaction:
        inbound, outbound = doc.get("inbound") or {}, doc.get("outbound") or {}
        return Interaction(
            sid=doc["sid"],
            session_sid=doc["session"],
            service_sid=self._service,
            account_sid=self._account,
            type=doc["type"],
            data=self._data(doc),
            inbound_participant_sid=inbound.get("participant"),
            inbound_resource_sid=inbound.get("resource"),
            inbound_resource_status=inbound.get("status"),
            outbound_participant_sid=outbound.get("participant"),
            outbound_resource_sid=outbound.get("resource"),
            outbound_resource_status=outbound.get("status"),
            created_ms=doc["created"],
            updated_ms=doc["updated"],
            outbound_resource_state=outbound.get("state"),
            error_code=outbound.get("code") or doc.get("code"),
            blocked_by=doc.get("blocked_by"),
            unchecked=tuple(doc.get("unchecked") or ()),
            segments=doc.get("segments"),
            encoding=doc.get("encoding"),
            flags=tuple(doc.get("flags") or ()),
            inbound_redaction=inbound.get("redaction"),
            inbound_redaction_code=inbound.get("redaction_code"),
            outbound_redaction=outbound.get("redaction"),
            outbound_redaction_code=outbound.get("redaction_code"),
        )

    def _data(self, doc: Doc) -> dict[str, Any]:
        """A call has only its duration (seconds), which is a text in Proxy's API."""
        if "sealed" in doc:
            found: dict[str, Any] = json.loads(
                self._seal.open(doc["sealed"], interaction_associated_data(self._service, doc["sid"]))
            )
            return found
        return {"duration": str(doc["duration"])} if "duration" in doc else {}


def spelling_associated_data(service_sid: str, participant_sid: str) -> str:
    """Of an identifier as the app wrote it."""
    return f"given\0{service_sid}\0{participant_sid}"


def name_associated_data(service_sid: str, participant_sid: str) -> str:
    """Of a Participant's FriendlyName."""
    return f"name\0{service_sid}\0{participant_sid}"


def unique_name_associated_data(service_sid: str, session_sid: str) -> str:
    """Of a Session's unique name."""
    return f"unique-name\0{service_sid}\0{session_sid}"


def interaction_associated_data(service_sid: str, interaction_sid: str) -> str:
    """Of an Interaction's sealed data."""
    return f"data\0{service_sid}\0{interaction_sid}"
