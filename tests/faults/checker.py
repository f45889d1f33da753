"""Counts what went wrong. It reads the oracle, the record, the API, the app's callbacks and all files; no counters."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import select

from record.database import open_existing
from record.tables import event_details, events
from tests.faults.app import callbacks_by_interaction
from tests.faults.installation import Installation
from tests.faults.traffic import Traffic
from tests.faults.truth import Text, arrived
from tests.privacy.spellings import Search

FINAL = frozenset(
    {"delivered", "delivery-unknown", "undelivered", "failed", "completed", "busy", "no-answer", "canceled"}
)
#: Every person's number begins so. Digits before or after it would be part of a longer, accidental number.
PEOPLES = re.compile(rb"(?<![0-9a-fA-F])\+?1?[ (-]{0,2}510[ )-]{0,2}555[ -]?[0-9]{4}(?![0-9a-fA-F])")
EXAMPLES = 5


@dataclass
class Report:
    """Counts of faults of the product: each must be 0. `examples` says what was found. The rest are figures."""

    lost: int = 0
    doubled: int = 0
    misdirected: int = 0
    calls_lost: int = 0
    calls_doubled: int = 0
    calls_misdirected: int = 0
    leaks: int = 0
    events_missing: int = 0
    events_doubled: int = 0
    chain_broken: int = 0
    callbacks_missing: int = 0
    unfinished: int = 0
    failures: int = 0
    examples: list[str] = field(default_factory=list)
    #: Texts owed; doubles that the record flags as resent; texts that were not owed any more; texts that the short
    #: variants do not wait for, because the carrier gave them up or their sending is in doubt; calls, and those that
    #: the carrier gave up; seconds until everything had arrived.
    texts: int = 0
    flagged: int = 0
    refused: int = 0
    later: int = 0
    callbacks_later: int = 0
    calls: int = 0
    calls_unreached: int = 0
    drain_seconds: float = 0.0

    def add(self, name: str, count: int, what: str) -> None:
        if count:
            setattr(self, name, getattr(self, name) + count)
            if sum(one.startswith(name) for one in self.examples) < EXAMPLES:
                self.examples.append(f"{name} {count}: {what}")

    @property
    def chain(self) -> str:
        return "chain broken" if self.chain_broken else "chain whole"

    def faults(self) -> dict[str, int]:
        end = [one.name for one in fields(self)].index("examples")
        return {one.name: getattr(self, one.name) for one in fields(self)[:end] if getattr(self, one.name)}


class Checker:
    """`final`: also wait until each Interaction has its final status, which takes minutes if no webhook told it."""

    def __init__(self, place: Installation, traffic: Traffic, *, patience: float, final: bool = False) -> None:
        self.place, self.traffic, self.patience, self.final = place, traffic, patience, final
        self.began, self.settled = time.monotonic(), set[str]()

    def check(self) -> Report:
        report = Report(texts=self.traffic.book.owed(), calls=len(self.traffic.book.calls))
        self._wait(self._has_arrived)
        report.drain_seconds = round(time.monotonic() - self.began, 1)
        self._wait(self._is_recorded)
        if self.final:
            self._wait(lambda: not list(self._unfinished()))
            report.drain_seconds = round(time.monotonic() - self.began, 1)
            for what in self._unfinished():
                report.add("unfinished", 1, what)
        record = self._record()
        self._texts(report, record)
        self._calls(report)
        self._events(report, record)
        self._callbacks(report, record)
        self._leaks(report)
        verified = self.place.run("-m", "record.verify")
        report.add("chain_broken", int(verified.returncode != 0), verified.stdout.decode() + verified.stderr.decode())
        for what in self.traffic.failed:
            report.add("failures", 1, what)
        return report

    # --- texts and calls ---------------------------------------------------------------------------------------------

    def _delivered(self) -> Counter[tuple[str, str, str]]:
        boxes = self.traffic.carrier.inboxes()
        return arrived({phone: [(m.sender, m.body) for m in found] for phone, found in boxes.items()})

    def _due(self) -> list[Text]:
        with self.traffic.book.lock:
            return [text for text in self.traffic.book.texts.values() if self._is_due(text)]

    def _is_due(self, text: Text) -> bool:
        return text.certain and (self.final or not text.given_up)

    def _has_arrived(self) -> bool:
        found, later = self._delivered(), self._waiting()
        record = self._record() if later else Record()
        missing = [text for text in self._due() if self._missing(text, found)]
        return not [text for text in missing if not later & record.all_of(text)]

    def _waiting(self) -> set[str]:
        """Interactions that the outbox still has, in doubt or behind one: a killed worker's take three minutes."""
        if self.final:
            return set()
        services = [sid for sid in self.traffic.services if self.traffic.app.has(f"/Services/{sid}")]
        found = [one for sid in services for one in self.traffic.app.list(f"/ops/v1/outbox/{sid}", "outbox", "waiting")]
        return {str(one["interaction_sid"]) for one in found}

    @staticmethod
    def _missing(text: Text, found: Counter[tuple[str, str, str]]) -> int:
        return max(0, text.owed - found[text.recipient, text.shown, text.token])

    def _texts(self, report: Report, record: Record) -> None:
        found, book, waiting = self._delivered(), self.traffic.book.texts, self._waiting()
        for (phone, shown, token), count in found.items():
            text = book[token]
            if (phone, shown) != (text.recipient, text.shown):
                report.add("misdirected", count, f"{text.kind} {text.sids} of {text.talk.sid}")
        for text in book.values():
            missing = self._missing(text, found)
            extra = max(0, found[text.recipient, text.shown, text.token] - text.owed)
            flagged = min(extra, sum(sid in record.resent for sid in record.interactions_of(text)))
            report.flagged += flagged
            what = f"{text.kind} {text.sids} of {text.talk.sid}"
            report.add("doubled", extra - flagged, what)
            comes = not self._is_due(text) or bool(waiting & record.all_of(text))
            if missing and text.certain and not comes:
                report.add("lost", missing, f"{what}: {self._webhooks(text)}")
            else:
                report.add("later" if text.certain else "refused", missing, what)

    def _webhooks(self, text: Text) -> list[tuple[Any, ...]]:
        """What the carrier was answered about a text, for whoever looks for the reason of a loss."""
        state = self.traffic.carrier.engine.state
        with state.lock:
            found = [one for one in state.attempts if one.message_sid in text.sids]
        shown = ("<Message" in one.response for one in found)
        return [
            (one.message_sid[-4:], one.kind, one.attempt, one.status, one.failure, relays, str(one.at)[11:19])
            for one, relays in zip(found, shown, strict=True)
        ]

    def _calls(self, report: Report) -> None:
        for call in self.traffic.book.calls:
            legs = self.traffic.carrier.legs_of(call.sid)
            wrong = [leg for leg in legs if (leg.to, leg.sender) != (call.callee, call.talk.proxies[call.callee])]
            report.add("calls_misdirected", len(wrong), call.sid)
            report.add("calls_doubled", max(0, len(legs) - 1), call.sid)
            if not legs:
                answered = [one for one in self._voice_webhooks(call.sid) if one.status == 200]
                report.add("calls_lost" if answered else "calls_unreached", 1, call.sid)

    def _voice_webhooks(self, sid: str) -> list[Any]:
        state = self.traffic.carrier.engine.state
        with state.lock:
            return [one for one in state.attempts if one.message_sid == sid and one.kind == "voice"]

    def _unfinished(self) -> Iterator[str]:
        for talk in [talk for talk in self.traffic.book.talks if talk.sid not in self.settled]:
            found = self.traffic.app.list(f"{self.traffic.path(talk)}/Interactions", "interactions")
            left = [one for one in found if not one["blocked_by"] and one["outbound_resource_status"] not in FINAL]
            if not left:
                self.settled.add(talk.sid)
            yield from (f"{one['sid']} is {one['outbound_resource_status']}" for one in left)

    # --- the record, the callbacks -----------------------------------------------------------------------------------

    def _record(self) -> Record:
        return Record.read(self.place.environ["DATABASE_URL"])

    def _is_recorded(self) -> bool:
        """Whether the record has every text, and the app every callback: both come a moment later."""
        record, report = self._record(), Report()
        self._events(report, record)
        self._callbacks(report, record)
        return not report.faults() and not report.callbacks_later

    def _events(self, report: Report, record: Record) -> None:
        for text in self._due():
            for sid in text.sids:
                count = record.created[sid]
                report.add("events_missing", int(count == 0), f"{text.kind} {sid}")
                report.add("events_doubled", max(0, count - 1), f"{text.kind} {sid}")
        for talk in self.traffic.book.talks:
            count = record.opened[talk.sid]
            report.add("events_missing", int(count == 0), f"session.opened {talk.sid}")
            report.add("events_doubled", max(0, count - 1), f"session.opened {talk.sid}")

    def _callbacks(self, report: Report, record: Record) -> None:
        """A killed worker's deliveries are made again when its claims end: the short variants do not wait for that."""
        waits = not self.final and self.traffic.app.list("/events/v1/Deliveries", "deliveries", "waiting")
        told = callbacks_by_interaction(self.traffic.app.asked)
        for text in self._due():
            for sid in record.interactions_of(text):
                name = "callbacks_later" if waits else "callbacks_missing"
                report.add(name, int(sid not in told), f"{text.kind} {sid}")

    # --- numbers in clear --------------------------------------------------------------------------------------------

    def _leaks(self, report: Report) -> None:
        spelled = Search(self.traffic.people[:2])
        for name, piece in self._pieces():
            for found in PEOPLES.findall(piece):
                report.add("leaks", 1, f"{name}: {found!r}")
            for what in spelled(piece):
                report.add("leaks", 1, f"{name}: {what}")

    def _pieces(self) -> Iterator[tuple[str, bytes]]:
        for folder in {self.place.folder, self.place.store_folder}:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    yield str(path.relative_to(folder)), path.read_bytes()
        asked = self.traffic.app.asked
        yield (
            "requests to the app",
            b"\n".join(one.path.encode() + json.dumps(one.headers).encode() + one.body for one in asked),
        )

    def _wait(self, ready: Callable[[], bool]) -> None:
        """Each wait has the whole patience: what comes late must not shorten the next one."""
        began = time.monotonic()
        while not ready() and time.monotonic() - began < self.patience:
            time.sleep(0.5)


@dataclass
class Record:
    """`created`: carrier's SID of an inbound, or Interaction of the app -> number of interaction.created events."""

    created: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    resent: set[str] = field(default_factory=set)
    interaction: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, url: str) -> Record:
        found, engine = cls(), open_existing(url)
        joined = event_details.join(events)
        query = select(events.c.type, events.c.session_sid, event_details.c.detail).select_from(joined)
        with engine.connect() as connection:
            for kind, session_sid, detail in connection.execute(query):
                found._note(kind, session_sid, json.loads(detail))
        engine.dispose()
        return found

    def _note(self, kind: str, session_sid: str, detail: dict[str, Any]) -> None:
        if kind == "session.opened":
            self.opened[session_sid] += 1
        elif kind == "message.resent":
            self.resent.add(detail["interaction"])
        elif kind == "interaction.created":
            resource = (detail.get("inbound") or {}).get("resource") or detail["sid"]
            self.created[resource] += 1
            self.interaction[resource] = detail["sid"]

    def interactions_of(self, text: Text) -> list[str]:
        return [self.interaction[sid] for sid in text.sids if sid in self.interaction]

    def all_of(self, text: Text) -> set[str]:
        """The same, and the SIDs that the API gave, whether or not they are in the record yet."""
        return {*self.interactions_of(text), *text.sids}
