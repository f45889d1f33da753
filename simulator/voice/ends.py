"""The two kinds of far ends: a phone, and the other half of a call between two numbers of this carrier."""

from __future__ import annotations

from simulator.voice.leg import Leg
from simulator.voice.model import Sound
from simulator.voice.phones import Phone


class AtPhone:
    def __init__(self, leg: Leg, phone: Phone) -> None:
        self.leg, self.phone = leg, phone
        phone.lines.append(leg)

    def hear(self, sound: Sound) -> None:
        self.phone.hear(sound)
        self.leg.pace.tell()

    def keys(self, keys: str) -> None:
        self.hear(Sound("keys", keys, call_sid=self.leg.sid))

    def answered(self) -> None:
        """Nothing to do: the phone's owner knows, or hears it."""

    def ended(self, status: str) -> None:
        if self.leg in self.phone.lines:
            self.phone.lines.remove(self.leg)
        self.phone.hear(Sound("hung-up", status, call_sid=self.leg.sid))


class AtLeg:
    """Of both halves: `other` is a leg whose far end is this one."""

    def __init__(self, leg: Leg, other: Leg) -> None:
        self.leg, self.other = leg, other

    def hear(self, sound: Sound) -> None:
        if sound.kind == "voice":
            self.other.speak(sound.text)
        elif sound.kind == "keys":
            self.other.press(sound.text)
        elif sound.kind in ("say", "play") and self.other.room is not None:
            self.other.room.say(self.other, sound)

    def keys(self, keys: str) -> None:
        self.other.press(keys)

    def answered(self) -> None:
        if self.leg.call.direction == "inbound":
            self.other.pick_up()

    def ended(self, status: str) -> None:
        """Who called and gives up cancels; who was called and is busy is busy for the caller too."""
        if self.leg.call.direction == "inbound":
            self.other.end(status)
        else:
            self.other.hang_up()
