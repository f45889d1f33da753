"""One look at the carrier: what it is about, and what is said of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from carrier.client import Carrier
from common.errors import NotFound
from common.identifiers import identifier_associated_data, outgoing
from common.runtime import Runtime
from common.script_errors import checked

#: Between the two looks that show that something never was, without a webhook for it in between.
APART_SECONDS = 120
#: Further from a leg's creation nothing is taken for it, and no other leg competes with it.
NEAR_MS = 600_000
#: Longer lists prove nothing, so that nothing is concluded from them.
MOST = 300


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """The real number is opened for one request to the carrier. `number`: the proxy number that this person sees."""

    sid: str
    sealed: str
    number: str


@dataclass(frozen=True, slots=True, repr=False)
class Look:
    """`doc`: the Interaction. `callee` is on its outbound leg; `first`: who is rung first in a call that we placed."""

    doc: dict[str, Any]
    callee: Person
    first: Person | None

    @classmethod
    def of(cls, claimed: dict[str, Any]) -> Look:
        doc, first = claimed["interaction"], claimed.get("first")
        callee = Person(doc["outbound"]["participant"], claimed["sealed"], claimed["from"])
        rung = Person(doc["inbound"]["participant"], first["sealed"], first["from"]) if first else None
        return cls(doc, callee, rung)

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
        return self.kind, str(self.doc["session"]), self.callee.sid if self.kind == "message" else self.sid


def _text(found: object) -> str | None:
    return None if found is None else str(found)


@dataclass(frozen=True, slots=True, repr=False)
class Desk:
    """A Service and its carrier."""

    rt: Runtime
    service_sid: str
    carrier: Carrier

    def dialled(self, person: Person, channel: str) -> str:
        """The person's number as the carrier's lists of messages or calls have it."""
        number = self.rt.seal.open(person.sealed, identifier_associated_data(self.service_sid, person.sid))
        return outgoing(number, channel)

    def near(self, session_sid: str, from_ms: int, to_ms: int) -> list[dict[str, Any]] | None:
        """The Session's Interactions of that time, whether told of or not; None if they are too many to tell apart."""
        args = {"session": session_sid, "limit": MOST, "after": [from_ms - 1, ""]}
        try:
            answer = checked(self.rt.store.service("list_interactions", self.service_sid, args))
        except NotFound:
            return []
        docs: list[dict[str, Any]] = answer.get("docs") or []
        if answer.get("next") and answer["next"][0] <= to_ms:
            return None
        return [doc for doc in docs if doc["created"] <= to_ms]

    def found(self, look: Look, resource: str | None, **told: Any) -> None:
        """`told`: state, code, duration of the outbound leg. What a webhook tells goes before it, and stays."""
        self._note("note_status", look, {"resource": resource, "found": True, **told})

    def first_found(self, look: Look, resource: str, state: str) -> None:
        self._note("note_placed", look, {"resource": resource, "state": state})

    def missing(self, look: Look, state: str, resource: str | None = None, whole: bool = False) -> bool:
        """Whether it is lost: of one look that is not said yet. `resource`: it was known, and is no more.

        `whole`: a text in one part, so that nothing of it was sent and all of it may be.
        """
        window_ms = self.rt.settings.replay_window_seconds * 1000
        args = {"state": state, "resource": resource, "apart_ms": APART_SECONDS * 1000, "window_ms": window_ms}
        args |= {"whole": True} if whole else {}
        return bool(self._note("note_missing", look, args).get("lost"))

    def _note(self, script: str, look: Look, args: dict[str, Any]) -> dict[str, Any]:
        """One that was deleted meanwhile is no error."""
        given = {name: value for name, value in args.items() if value is not None}
        answer: dict[str, Any] = self.rt.store.service(script, self.service_sid, {**given, "interaction": look.sid})
        return {} if answer.get("error") == 20404 else checked(answer)
