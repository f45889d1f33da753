"""One leg: a live call with a far end, and every event that can end or redirect it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from simulator.model import now
from simulator.voice.model import MAX_CALL_SECONDS, Call, Sound, Source
from simulator.voice.pace import Pace
from simulator.voice.reports import Reporter
from simulator.voice.rooms import Room


class CallEnded(Exception):
    """The call has ended."""


class Redirected(Exception):
    """The call was sent to another document."""


class FarEnd(Protocol):
    """The other end of the line: a phone, or a number of this carrier with its app."""

    def hear(self, sound: Sound) -> None: ...
    def keys(self, keys: str) -> None: ...
    def answered(self) -> None: ...
    def ended(self, status: str) -> None: ...


class Leg:
    """Every change holds the lock of `pace`. `source`: where REST redirects the call; `moved` then stays true."""

    def __init__(self, call: Call, pace: Pace, reporter: Reporter) -> None:
        self.call, self.pace, self.reporter = call, pace, reporter
        self.far_end: FarEnd | None = None
        self.room: Room | None = None
        self.source: Source | None = None
        self.fallback: Source | None = None
        self.keys, self.speech = "", list[str]()
        self.answered_at: float | None = None
        self.limit: float = MAX_CALL_SECONDS
        self.ready = self.picked_up = self.redirected = False
        self.on_end: Callable[[Leg], None] | None = None

    @property
    def sid(self) -> str:
        return self.call.sid

    @property
    def has_ended(self) -> bool:
        return self.call.is_final

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
        """Wait for `ready`; False after `seconds`. Raises CallEnded (also at the call's time limit) or Redirected."""
        with self.pace.lock:
            left = self.seconds_left()
            done = self.pace.wait(lambda: self.has_ended or self.source is not None or ready(), min(seconds, left))
            if not done and left <= seconds:
                self.end("completed")
            self.check()
            return done

    def check(self) -> None:
        if self.has_ended:
            raise CallEnded
        if self.source is not None:
            raise Redirected

    def seconds_left(self) -> float:
        """Seconds until the call's time limit."""
        return self.limit if self.answered_at is None else max(self.answered_at + self.limit - self.pace.now(), 0.0)

    def progress(self, event: str) -> None:
        with self.pace.lock:
            if self.has_ended:
                raise CallEnded
            if event == "ringing":
                self._set("ringing")
            self.reporter.report(event)

    def answer(self) -> None:
        """Answer: by the far end of an outgoing leg, by TwiML on an incoming leg."""
        with self.pace.lock:
            if self.is_answered or self.has_ended:
                return
            self.answered_at = self.pace.now()
            self.call.started = now()
            self._set("in-progress")
            self.reporter.report("answered")
            if self.far_end is not None:
                self.far_end.answered()
            self.pace.notify()

    def end(self, status: str) -> None:
        """Only the first end counts."""
        with self.pace.lock:
            if self.has_ended:
                return
            if self.answered_at is not None:
                self.call.duration = round(self.pace.now() - self.answered_at)
            self.call.ended = now()
            self._set(status)
            if self.room is not None:
                self.leave(self.room)
            self.reporter.report("completed")
            if self.far_end is not None:
                self.far_end.ended(status)
            if self.on_end is not None:
                self.on_end(self)
            self.pace.notify()

    def hang_up(self) -> None:
        """The far end hangs up: before the answer, a caller cancels and a callee declines."""
        inbound = self.call.direction == "inbound"
        self.end("completed" if self.is_answered else "canceled" if inbound else "busy")

    def stop(self) -> None:
        """The carrier or the account ends the call."""
        self.end("completed" if self.is_answered else "canceled")

    def pick_up(self) -> None:
        with self.pace.lock:
            self.picked_up = True
            self.pace.notify()

    def enter(self, room: Room) -> None:
        with self.pace.lock:
            self.room = room
            room.enter(self)
            self.pace.notify()

    def leave(self, room: Room) -> None:
        with self.pace.lock:
            room.leave(self)
            self.room = None if self.room is room else self.room

    def hear(self, sound: Sound) -> None:
        with self.pace.lock:
            if self.far_end is not None:
                self.far_end.hear(Sound(sound.kind, sound.text, sound.language, sound.voice, self.sid))

    def speak(self, text: str) -> None:
        """The person at the far end speaks."""
        with self.pace.lock:
            if self.room is not None:
                self.room.say(self, Sound("voice", text))
            else:
                self.speech.append(text)
            self.pace.notify()

    def press(self, keys: str) -> None:
        """Keys pressed before a Gather are kept for it."""
        with self.pace.lock:
            if self.room is not None:
                self.room.say(self, Sound("keys", keys))
            else:
                self.keys += keys
            self.pace.notify()

    def flush_speech(self) -> None:
        """Say in the room what was said before anybody listened: a mailbox does not stop talking."""
        with self.pace.lock:
            said, self.speech = self.speech, []
            for text in said:
                self.speak(text)

    def redirect(self, source: Source) -> None:
        with self.pace.lock:
            self.source, self.redirected = source, True
            self.pace.notify()

    def take_source(self) -> Source | None:
        with self.pace.lock:
            source, self.source = self.source, None
            return source

    def _set(self, status: str) -> None:
        self.call.status, self.call.updated = status, now()
