"""Answering machine detection: a model of who answers, and of how long it takes to know.

From Twilio ("Answering Machine Detection", "TwiML Number", errors 21262 and 21263): speech at minimum as long as the
speech threshold is a machine; shorter speech followed by enough silence is a human; only silence is `unknown`. A call
placed by REST waits for the result unless `AsyncAmd` is set; a dialled Number never waits: its caller is connected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.voice.far_ends import PhoneEnd
from simulator.voice.leg import CallEnded, Leg
from simulator.voice.lines import Lines
from simulator.voice.model import Source
from simulator.webhooks import Webhook

KIND = "amd"
MODES = ("Enable", "DetectMessageEnd")
#: Parameter: minimum, maximum, default. The first is in seconds, the others in milliseconds.
RANGES = {
    "MachineDetectionTimeout": (3, 60, 30),
    "MachineDetectionSpeechThreshold": (1000, 6000, 2400),
    "MachineDetectionSpeechEndThreshold": (500, 5000, 1200),
    "MachineDetectionSilenceTimeout": (2000, 10000, 5000),
}
#: Seconds that each kind of answer speaks at first in this model. Kinds that are not listed are silent.
SPEAKS = {"answer": 0.8, "manual": 0.8, "voicemail": 6.0, "screening": 4.0}
FAX_TONE, BEEP = 1.5, 1.0


@dataclass(frozen=True)
class Detection:
    """The parameters; times in seconds. `callback`: where the result is sent, if anywhere. `waits`: the call waits."""

    mode: str
    timeout: float
    speech: float
    speech_end: float
    silence: float
    callback: Source
    waits: bool

    def result(self, kind: str) -> tuple[str, float]:
        """For a phone with this plan: `AnsweredBy`, and seconds after the answer."""
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


def read(parameter: Callable[[str], str], mode: str, callback: Source, waits: bool = False) -> Detection:
    """`parameter` returns a parameter's text by its Twilio name. Raises ValueError with what is wrong."""
    named = next((name for name in MODES if name.lower() == mode.lower()), None)
    if named is None:
        raise ValueError(f"MachineDetection must be {' or '.join(MODES)}")
    timeout, speech, speech_end, silence = (_number(name, parameter(name)) for name in RANGES)
    return Detection(named, timeout, speech / 1000, speech_end / 1000, silence / 1000, callback, waits)


def _number(name: str, text: str) -> int:
    minimum, maximum, default = RANGES[name]
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None if text else default
    if value is None or not minimum <= value <= maximum:
        raise ValueError(f"{name} must be a number from {minimum} to {maximum}")
    return value


def detect(exchange: Lines, leg: Leg, wanted: Detection) -> None:
    """Runs from the answer until the result is known, then sends it."""
    answered_by, seconds = wanted.result(leg.far_end.phone.plan.kind if isinstance(leg.far_end, PhoneEnd) else "")
    began = leg.pace.now()
    try:
        leg.wait(lambda: False, seconds)
    except CallEnded:
        answered_by = "unknown"
    leg.call.answered_by = answered_by
    if wanted.callback.url:
        duration = round((leg.pace.now() - began) * 1000)
        form = {
            "CallSid": leg.sid, "AccountSid": leg.call.account_sid, "AnsweredBy": answered_by,
            "MachineDetectionDuration": str(duration),
        }  # fmt: skip
        exchange.webhooks.call(
            Webhook(KIND, leg.call.account_sid, leg.sid, wanted.callback.url, form, wanted.callback.method)
        )
