"""The platform's own stop words on a number: what they are, and what it answers."""

from __future__ import annotations

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "YES", "UNSTOP"})
HELP = frozenset({"HELP", "INFO"})

ANSWERS = {
    "stop": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "start": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "help": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def keyword(body: str) -> str:
    """The whole message, trimmed, in any case: "stop please" is a message like any other."""
    word = body.strip().upper()
    return next((name for name, words in (("stop", STOP), ("start", START), ("help", HELP)) if word in words), "")
