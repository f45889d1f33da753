"""One leg: a call while it lives, with somebody at its far end, and everything that may end or move it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from simulator.model import now
from simulator.voice.model import LONGEST_CALL, Call, Sound, Source
from simulator.voice.pace import Pace
from simulator.voice.reports import Reporter
from simulator.voice.rooms import Room


class Over(Exception):
    """The call has ended."""


class Moved(Exception):
    """The call was sent to another document."""


class Far(Protocol):
    """Who is at the other end of the line: a phone, or a number of this carrier with its app."""

    def hear(self, sound: Sound) -> None: ...
    def keys(self, keys: str) -> None: ...
    def answered(self) -> None: ...
    def ended(self, status: str) -> None: ...


class Leg:
    """All is changed under the pace's lock. `source`: where REST sends it, `moved` for ever after."""

    def __init__(self, call: Call, pace: Pace, reporter: Reporter) -> None:
        self.call, self.pace, self.reporter = call, pace, reporter
        self.far: Far | None = None
        self.room: Room | None = None
        self.source: Source | None = None
        self.fallback: Source | None = None
        self.keys, self.speech = "", list[str]()
        self.answered_at: float | None = None
        self.limit: float = LONGEST_CALL
        self.ready = self.picked_up = self.moved = False
        self.on_end: Callable[[Leg], None] | None = None

    @property
    def sid(self) -> str:
        return self.call.sid

    @property
    def over(self) -> bool:
        return self.call.is_over

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def state(self) -> str:
        if self.room is not None:
            return "bridged"
        if self.is_answered:
            return "answered"
        return "calling" if self.call.direction == "inbound" else "ringing"

    def wait(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Until then; False when the time has run out first. Ends early with the call, its time or its document."""
        with self.pace.lock:
            left = self.left()
            done = self.pace.wait(lambda: self.over or self.source is not None or ready(), min(seconds, left))
            if not done and left <= seconds:
                self.end("completed")
            self.check()
            return done

    def check(self) -> None:
        if self.over:
            raise Over
        if self.source is not None:
            raise Moved

    def left(self) -> float:
        """Of the longest time that it may last."""
        return self.limit if self.answered_at is None else max(self.answered_at + self.limit - self.pace.now(), 0.0)

    def progress(self, event: str) -> None:
        with self.pace.lock:
            if self.over:
                raise Over
            if event == "ringing":
                self._set("ringing")
            self.reporter.tell(event)

    def answer(self) -> None:
        """Picked up: by the far end of an outgoing leg, by TwiML on an incoming one."""
        with self.pace.lock:
            if self.is_answered or self.over:
                return
            self.answered_at = self.pace.now()
            self.call.started = now()
            self._set("in-progress")
            self.reporter.tell("answered")
            if self.far is not None:
                self.far.answered()
            self.pace.tell()

    def end(self, status: str) -> None:
        """The first end is the one that counts."""
        with self.pace.lock:
            if self.over:
                return
            if self.answered_at is not None:
                self.call.duration = round(self.pace.now() - self.answered_at)
            self.call.ended = now()
            self._set(status)
            if self.room is not None:
                self.leave(self.room)
            self.reporter.tell("completed")
            if self.far is not None:
                self.far.ended(status)
            if self.on_end is not None:
                self.on_end(self)
            self.pace.tell()

    def hang_up(self) -> None:
        """By whoever is at the far end: before it is answered a caller gives up, and a callee declines."""
        inbound = self.call.direction == "inbound"
        self.end("completed" if self.is_answered else "canceled" if inbound else "busy")

    def stop(self) -> None:
        """By the carrier or the account."""
        self.end("completed" if self.is_answered else "canceled")

    def pick_up(self) -> None:
        with self.pace.lock:
            self.picked_up = True
            self.pace.tell()

    def enter(self, room: Room) -> None:
        with self.pace.lock:
            self.room = room
            room.enter(self)
            self.pace.tell()

    def leave(self, room: Room) -> None:
        with self.pace.lock:
            room.leave(self)
            self.room = None if self.room is room else self.room

    def hear(self, sound: Sound) -> None:
        with self.pace.lock:
            if self.far is not None:
                self.far.hear(Sound(sound.kind, sound.text, sound.language, sound.voice, self.sid))

    def speak(self, text: str) -> None:
        """The person at the far end says something."""
        with self.pace.lock:
            if self.room is not None:
                self.room.say(self, Sound("voice", text))
            else:
                self.speech.append(text)
            self.pace.tell()

    def press(self, keys: str) -> None:
        """Pressed before anybody asks for keys, they are kept for who does."""
        with self.pace.lock:
            if self.room is not None:
                self.room.say(self, Sound("keys", keys))
            else:
                self.keys += keys
            self.pace.tell()

    def utter(self) -> None:
        """What was said while nobody listened is heard by the room now: a mailbox goes on talking."""
        with self.pace.lock:
            said, self.speech = self.speech, []
            for text in said:
                self.speak(text)

    def move(self, source: Source) -> None:
        with self.pace.lock:
            self.source, self.moved = source, True
            self.pace.tell()

    def take_source(self) -> Source | None:
        with self.pace.lock:
            source, self.source = self.source, None
            return source

    def _set(self, status: str) -> None:
        self.call.status, self.call.updated = status, now()
