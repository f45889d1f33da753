"""Calls: the TwiML that bridges one, says why not, or asks the callee first.

Facts (Twilio, "TwiML Dial", "Number"): `answerOnBridge` keeps the caller ringing until somebody is there; `timeLimit`
counts from the bridge; a Number's `url` is played to the callee alone, who is bridged when it ends without a Hangup.
"""

from __future__ import annotations

from dataclasses import dataclass

from carrier import twiml
from policy.sentences.choice import Sentence

EVENTS = "initiated ringing answered completed"
#: How long the callee may think about pressing 1.
WHISPER_SECONDS = 8
ACCEPT = "1"

#: Never answered, so that it costs nobody anything.
REJECTED = twiml.response('<Reject reason="busy"/>')

#: What the caller hears for each end of the callee's leg; of the others nothing has to be said.
SAID = {"busy": "busy", "no-answer": "no_answer", "failed": "failed", "canceled": "canceled"}


@dataclass(frozen=True, slots=True, repr=False)
class Bridge:
    """Dial `recipient` from `caller_id`, that participant's own proxy number. Times in seconds."""

    recipient: str
    caller_id: str
    ring: int
    limit: int
    ended_url: str
    status_url: str
    whisper_url: str | None


def bridge(way: Bridge, first: Sentence | None = None) -> str:
    """`first`: what is said before it rings."""
    asked = {"url": way.whisper_url, "method": "POST"} if way.whisper_url else {}
    watched = {"statusCallback": way.status_url, "statusCallbackEvent": EVENTS, "statusCallbackMethod": "POST"}
    number = twiml.element("Number", {**asked, **watched}, way.recipient)
    dial = {
        "callerId": way.caller_id, "answerOnBridge": "true", "timeout": str(way.ring), "timeLimit": str(way.limit),
        "action": way.ended_url, "method": "POST",
    }  # fmt: skip
    return twiml.response(*([say(first)] if first else []), twiml.wrap("Dial", dial, number))


def say(words: Sentence) -> str:
    voice = {"voice": words.voice} if words.voice else {}
    return twiml.element("Say", {"language": words.voice_tag, **voice}, words.text)


def hang_up(words: Sentence) -> str:
    return twiml.response(say(words), "<Hangup/>")


def ask_callee(question: Sentence, missed: Sentence) -> str:
    """Played to the callee alone: a mailbox presses nothing."""
    gather = {"input": "dtmf", "numDigits": "1", "timeout": str(WHISPER_SECONDS), "finishOnKey": ""}
    return twiml.response(twiml.wrap("Gather", gather, say(question)), say(missed), "<Hangup/>")


def outcome(status: str, bridged: bool) -> str:
    """What the end of a Dial says of the callee's leg; `answered` is a Dial's own word for one that is over.

    A leg that was answered and never bridged is one that nobody took: a mailbox, or a callee who pressed nothing.
    """
    state = "completed" if status == "answered" else status
    return "no-answer" if state == "completed" and not bridged else state
