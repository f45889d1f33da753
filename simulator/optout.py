"""The platform's own stop words on a number: what they are, and what it answers.

The whole message, trimmed, in any case: "stop please" and "STOP." are messages like any other. A long code's block ends
by START, YES or UNSTOP, a toll-free number's by START or UNSTOP alone; of a short code no word is handled.
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
    """What a message to this number of ours is taken for, or ""."""
    if not number.startswith("+"):
        return ""
    word = body.strip().upper()
    start = START if TOLL_FREE.fullmatch(number) else START | {"YES"}
    return next((name for name, words in (("stop", STOP), ("start", start), ("help", HELP)) if word in words), "")
