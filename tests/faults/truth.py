"""What must have happened: who wrote what to whom, as the people and the customer's app know it."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

LETTERS = "bcdfghjklmnpqrstvwxz"
#: The beginning of every token, and its length with it: no other text of the product looks like that.
MARK, LENGTH = "zqx", 17


@dataclass(eq=False)
class Talk:
    """A Session of two people. `proxies`: each one's own proxy number. `busy`: acts that are going on in it."""

    service: str
    sid: str
    people: tuple[str, str]
    proxies: dict[str, str]
    participants: dict[str, str]
    busy: int = 0
    closing: bool = False
    echo: str = ""

    def other(self, person: str) -> str:
        return self.people[self.people[0] == person]


@dataclass(eq=False)
class Text:
    """`owed`: how often the recipient must get it. `certain` is false if the Session was closed meanwhile, or if the
    app was never told that its message was accepted: then it may also be missing."""

    token: str
    talk: Talk
    sender: str
    recipient: str
    kind: str
    owed: int = 0
    certain: bool = True
    #: The carrier gave up its webhook: only the comparison with the carrier's list finds it, minutes later.
    given_up: bool = False
    #: The carrier's SIDs of the inbound texts, or the Interactions that the API returned.
    sids: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """The number that the recipient must see."""
        return self.talk.proxies[self.recipient]


@dataclass(eq=False)
class Phoned:
    talk: Talk
    caller: str
    callee: str
    sid: str


class Book:
    """Everything that was begun. It is written before the act, so that nothing is ever seen without being known."""

    def __init__(self, seed: int) -> None:
        self.lock = threading.RLock()
        self.talks: list[Talk] = []
        self.texts: dict[str, Text] = {}
        self.calls: list[Phoned] = []
        self._dice = random.Random(seed)

    def token(self) -> str:
        with self.lock:
            return MARK + "".join(self._dice.choice(LETTERS) for _ in range(LENGTH - len(MARK)))

    def begin(self, talk: Talk, sender: str, recipient: str, kind: str, token: str = "") -> Text:
        """Notes one more text. `token`: of a text that is said again, word for word."""
        with self.lock:
            text = self.texts.get(token)
            if text is None:
                token = token or self.token()
                text = self.texts[token] = Text(token, talk, sender, recipient, kind)
            text.owed += 1
            return text

    def owed(self) -> int:
        with self.lock:
            return sum(text.owed for text in self.texts.values())

    def of(self, talk: Talk) -> list[Text]:
        with self.lock:
            return [text for text in self.texts.values() if text.talk is talk]


def token_in(body: str) -> str:
    start = body.find(MARK)
    return body[start : start + LENGTH] if start >= 0 else ""


def arrived(inboxes: dict[str, list[tuple[str, str]]]) -> Counter[tuple[str, str, str]]:
    """(phone, the number that it shows, token) -> how often. `inboxes`: phone -> (number, body)."""
    return Counter(
        (phone, shown, token) for phone, found in inboxes.items() for shown, body in found if (token := token_in(body))
    )
