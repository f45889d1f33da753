"""One status check at the carrier: the Interaction it is about, and the scripts that note its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from carrier.client import Carrier
from common.claim_worker import Claim
from common.errors import NotFound
from common.identifiers import identifier_associated_data, outgoing
from common.runtime import Runtime
from common.script_errors import checked

#: Two checks this far apart, with no webhook between them, show that the carrier never had a message or call.
APART_SECONDS = 120
#: No other worker checks these meanwhile; what the carrier did not answer is checked again after this time.
LEASE_SECONDS = 60
#: A process with a claim older than this notes nothing: after a suspension another worker may hold the claim.
FENCE_SECONDS = LEASE_SECONDS - 10
#: Only resources and legs created within this time of a leg are compared with it.
NEAR_MS = 600_000
#: A list that reaches this length may be incomplete, so nothing is concluded from it.
MAX_LIST = 300


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """`sealed`: the real number, opened for one carrier request only. `number`: the proxy number this person sees."""

    sid: str
    sealed: str
    number: str


@dataclass(frozen=True, slots=True, repr=False)
class StatusCheck:
    """`doc`: the Interaction. `callee`: the person on its outbound leg. `first`: called first, in a call we placed."""

    doc: dict[str, Any]
    callee: Person
    first: Person | None

    @classmethod
    def from_claim(cls, claimed: dict[str, Any]) -> StatusCheck:
        doc, first = claimed["interaction"], claimed.get("first")
        callee = Person(doc["outbound"]["participant"], claimed["sealed"], claimed["from"])
        person = Person(doc["inbound"]["participant"], first["sealed"], first["from"]) if first else None
        return cls(doc, callee, person)

    @property
    def sid(self) -> str:
        return str(self.doc["sid"])

    @property
    def kind(self) -> str:
        return str(self.doc["type"])

    @property
    def at_ms(self) -> int:
        return int(self.doc["created"])

    @property
    def inbound_sid(self) -> str | None:
        return _text(self.doc["inbound"].get("resource"))

    @property
    def outbound_sid(self) -> str | None:
        return _text(self.doc["outbound"].get("resource"))

    @property
    def list_key(self) -> tuple[str, str, str]:
        """Equal for checks that read the same list of the carrier."""
        return self.kind, str(self.doc["session"]), self.callee.sid if self.kind == "message" else self.sid


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@dataclass(frozen=True, slots=True, repr=False)
class CarrierContext:
    """A Service, its carrier, and the claim of the checks."""

    rt: Runtime
    carrier: Carrier
    claim: Claim

    @property
    def service_sid(self) -> str:
        return self.claim.service_sid

    def real_number(self, person: Person, channel: str) -> str:
        """In the form that the carrier's lists of messages or calls use."""
        number = self.rt.seal.open(person.sealed, identifier_associated_data(self.service_sid, person.sid))
        return outgoing(number, channel)

    def interactions_between(self, session_sid: str, from_ms: int, to_ms: int) -> list[dict[str, Any]] | None:
        """The Session's Interactions created then, with or without a known state; None if more than MAX_LIST."""
        args = {"session": session_sid, "limit": MAX_LIST, "after": [from_ms - 1, ""]}
        try:
            answer = checked(self.rt.store.service("list_interactions", self.service_sid, args))
        except NotFound:
            return []
        docs: list[dict[str, Any]] = answer.get("docs") or []
        if answer.get("next") and answer["next"][0] <= to_ms:
            return None
        return [doc for doc in docs if doc["created"] <= to_ms]

    def note_outbound(self, check: StatusCheck, resource: str | None, **status: Any) -> None:
        """`status`: state, code, duration of the outbound leg. A SID that a webhook named is kept."""
        self._run(check, "note_status", {"resource": resource, "found": True, **status})

    def note_first_leg(self, check: StatusCheck, resource: str, state: str) -> None:
        self._run(check, "note_placed", {"resource": resource, "state": state})

    def note_missing(self, check: StatusCheck, state: str, resource: str | None = None, whole: bool = False) -> bool:
        """True if it counts as lost, which needs two checks. `resource`: a SID the carrier had and no longer has.

        `whole`: a text in one part, so no part of it was sent and it may be sent again.
        """
        window_ms = self.rt.settings.replay_window_seconds * 1000
        args = {
            "state": state, "resource": resource, "apart_ms": APART_SECONDS * 1000, "window_ms": window_ms,
            "looked": self.claim.doc["at"],
        }  # fmt: skip
        args |= {"whole": True} if whole else {}
        return bool(self._run(check, "note_missing", args).get("lost"))

    def _run(self, check: StatusCheck, script: str, args: dict[str, Any]) -> dict[str, Any]:
        """Does nothing once another worker may have the claim. An Interaction that was deleted is no error."""
        if self.claim.is_older_than(FENCE_SECONDS):
            return {}
        args = {name: value for name, value in args.items() if value is not None}
        answer: dict[str, Any] = self.rt.store.service(script, self.service_sid, {**args, "interaction": check.sid})
        return {} if answer.get("error") == 20404 else checked(answer)
