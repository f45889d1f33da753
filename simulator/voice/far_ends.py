"""The far end of a leg: a phone, or the other leg of a call between two numbers of this carrier."""

from __future__ import annotations

from simulator.voice.leg import Leg
from simulator.voice.model import Sound
from simulator.voice.phones import Phone


class PhoneEnd:
    def __init__(self, leg: Leg, phone: Phone) -> None:
        self.leg, self.phone = leg, phone
        phone.lines.append(leg)

    def hear(self, sound: Sound) -> None:
        self.phone.hear(sound)
        self.leg.pace.notify()

    def keys(self, keys: str) -> None:
        self.hear(Sound("keys", keys, call_sid=self.leg.sid))

    def answered(self) -> None:
        """Nothing to do: the person at the phone knows or hears it."""

    def ended(self, status: str) -> None:
        if self.leg in self.phone.lines:
            self.phone.lines.remove(self.leg)
        self.phone.hear(Sound("hung-up", status, call_sid=self.leg.sid))


class LegEnd:
    """Each of the two legs has one: `other` is the leg whose far end is this leg."""

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
        """If the caller hangs up first, the call is canceled; if the callee is busy, the caller's leg is busy too."""
        if self.leg.call.direction == "inbound":
            self.other.end(status)
        else:
            self.other.hang_up()
