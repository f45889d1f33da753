"""The carrier's own opt-out words on a number, and its answers to them.

The whole message must match, without surrounding spaces, in upper or lower case: "stop please" and "STOP." are normal
messages. START, YES or UNSTOP end the opt-out of a long code; on a toll-free number only START or UNSTOP do. On a short
code the carrier handles no words.
"""

from __future__ import annotations

import re

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "UNSTOP"})
HELP = frozenset({"HELP", "INFO"})
TOLL_FREE = re.compile(r"\+1(?:800|833|844|855|866|877|888)[0-9]{7}", re.ASCII)

ANSWERS = {
    "stop": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "start": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "help": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def keyword(body: str, number: str) -> str:
    """The meaning of a message to this number of the carrier: stop, start, help or nothing."""
    if not number.startswith("+"):
        return ""
    word = body.strip().upper()
    start = START if TOLL_FREE.fullmatch(number) else START | {"YES"}
    return next((name for name, words in (("stop", STOP), ("start", start), ("help", HELP)) if word in words), "")
