"""Calls: the TwiML that connects a call, refuses it, or asks the callee first.

Facts (Twilio, "TwiML Dial", "Number"): with `answerOnBridge` the caller hears ringing until the callee is connected;
`timeLimit` counts from then; a Number's `url` is played to the callee only, who is connected when it ends without a
Hangup.
"""

from __future__ import annotations

from dataclasses import dataclass

from carrier import twiml
from policy.sentences.choice import Sentence

EVENTS = "initiated ringing answered completed"
#: How long the callee may think about pressing 1.
WHISPER_SECONDS = 8
ACCEPT = "1"

#: The call is never answered, so nobody pays for it.
REJECTED = twiml.response('<Reject reason="busy"/>')

#: Final state of the callee's leg -> the sentence that the caller hears. In other states the caller hears nothing.
SENTENCE_KEYS = {"busy": "busy", "no-answer": "no_answer", "failed": "failed", "canceled": "canceled"}


@dataclass(frozen=True, slots=True, repr=False)
class Bridge:
    """Dials `recipient` from `caller_id`, the proxy number that they know. `ring`, `limit`: in seconds."""

    recipient: str
    caller_id: str
    ring: int
    limit: int
    ended_url: str
    status_url: str
    whisper_url: str | None


def bridge(to: Bridge, first: Sentence | None = None) -> str:
    """`first`: said to the caller before the phone rings."""
    whisper = {"url": to.whisper_url, "method": "POST"} if to.whisper_url else {}
    status = {"statusCallback": to.status_url, "statusCallbackEvent": EVENTS, "statusCallbackMethod": "POST"}
    number = twiml.element("Number", {**whisper, **status}, to.recipient)
    dial = {
        "callerId": to.caller_id, "answerOnBridge": "true", "timeout": str(to.ring), "timeLimit": str(to.limit),
        "action": to.ended_url, "method": "POST",
    }  # fmt: skip
    return twiml.response(*([say(first)] if first else []), twiml.wrap("Dial", dial, number))


def say(sentence: Sentence) -> str:
    voice = {"voice": sentence.voice} if sentence.voice else {}
    return twiml.element("Say", {"language": sentence.voice_tag, **voice}, sentence.text)


def hang_up(sentence: Sentence) -> str:
    return twiml.response(say(sentence), "<Hangup/>")


def ask_callee(question: Sentence, missed: Sentence) -> str:
    """Played to the callee only. A voicemail presses no key, so it is never connected."""
    gather = {"input": "dtmf", "numDigits": "1", "timeout": str(WHISPER_SECONDS), "finishOnKey": ""}
    return twiml.response(twiml.wrap("Gather", gather, say(question)), say(missed), "<Hangup/>")


def outcome(status: str, bridged: bool) -> str:
    """The callee leg's final state, from a Dial's status: a Dial reports `answered` where a call reports `completed`.

    A leg that was answered and never bridged counts as no answer: a voicemail, or a callee who did not press 1.
    """
    state = "completed" if status == "answered" else status
    return "no-answer" if state == "completed" and not bridged else state
