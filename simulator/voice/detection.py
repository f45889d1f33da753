"""Answering machine detection: a model of who has picked up and how long it takes to tell.

Facts (Twilio, "Answering Machine Detection", "TwiML Number", errors 21262 and 21263): speech as long as the speech
threshold is a machine, shorter speech with enough silence behind it a human, silence alone is `unknown`. A call placed
by REST waits for the answer unless `AsyncAmd` is set; a dialled Number never waits: its caller is connected meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.courier import Hook
from simulator.voice.ends import AtPhone
from simulator.voice.leg import Leg, Over
from simulator.voice.lines import Lines
from simulator.voice.model import Source

KIND = "amd"
MODES = ("Enable", "DetectMessageEnd")
#: name: the least, the most and what holds if nothing is given; seconds, then milliseconds.
RANGES = {
    "MachineDetectionTimeout": (3, 60, 30),
    "MachineDetectionSpeechThreshold": (1000, 6000, 2400),
    "MachineDetectionSpeechEndThreshold": (500, 5000, 1200),
    "MachineDetectionSilenceTimeout": (2000, 10000, 5000),
}
#: Of this model: how many seconds each kind of answer speaks at first. Who is in none of these says nothing.
SPEAKS = {"answer": 0.8, "manual": 0.8, "voicemail": 6.0, "screening": 4.0}
FAX_TONE, BEEP = 1.5, 1.0


@dataclass(frozen=True)
class Detection:
    """What is asked for; times in seconds. `told`: where the result goes, if anywhere. `waits`: the call does."""

    mode: str
    timeout: float
    speech: float
    speech_end: float
    silence: float
    told: Source
    waits: bool

    def result(self, kind: str) -> tuple[str, float]:
        """`AnsweredBy` and seconds after the pick-up, of a phone with this plan."""
        found = self._result(kind)
        return found if found[1] <= self.timeout else ("unknown", self.timeout)

    def _result(self, kind: str) -> tuple[str, float]:
        if kind == "fax":
            return "fax", FAX_TONE
        spoken = SPEAKS.get(kind)
        if spoken is None:
            return "unknown", self.silence
        if spoken < self.speech:
            return "human", spoken + self.speech_end
        if self.mode == "Enable":
            return "machine_start", self.speech
        if kind == "voicemail":
            return "machine_end_beep", spoken + BEEP
        return "machine_end_silence", spoken + self.speech_end


def read(given: Callable[[str], str], mode: str, told: Source, waits: bool = False) -> Detection:
    """`given`: a parameter's text by Twilio's name. Raises ValueError with what is wrong."""
    named = next((one for one in MODES if one.lower() == mode.lower()), None)
    if named is None:
        raise ValueError(f"MachineDetection must be {' or '.join(MODES)}")
    timeout, speech, speech_end, silence = (_number(name, given(name)) for name in RANGES)
    return Detection(named, timeout, speech / 1000, speech_end / 1000, silence / 1000, told, waits)


def _number(name: str, text: str) -> int:
    least, most, usual = RANGES[name]
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None if text else usual
    if value is None or not least <= value <= most:
        raise ValueError(f"{name} must be a number from {least} to {most}")
    return value


def detect(exchange: Lines, leg: Leg, wanted: Detection) -> None:
    """From the pick-up on, until the result is known and told."""
    answered_by, seconds = wanted.result(leg.far.phone.plan.kind if isinstance(leg.far, AtPhone) else "")
    began = leg.pace.now()
    try:
        leg.wait(lambda: False, seconds)
    except Over:
        answered_by = "unknown"
    leg.call.answered_by = answered_by
    if wanted.told.url:
        duration = round((leg.pace.now() - began) * 1000)
        told = {
            "CallSid": leg.sid, "AccountSid": leg.call.account_sid, "AnsweredBy": answered_by,
            "MachineDetectionDuration": str(duration),
        }  # fmt: skip
        exchange.courier.call(Hook(KIND, leg.call.account_sid, leg.sid, wanted.told.url, told, wanted.told.method))
