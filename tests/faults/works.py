"""One round of each kind of work, begun at once, and how much of it is done: what must go on while a process hangs."""

from __future__ import annotations

import io
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from simulator.model import Media
from simulator.network import attach
from tests.faults.app import callbacks_by_interaction
from tests.faults.checker import Record
from tests.faults.suite import Scene
from tests.faults.truth import Talk, Text

#: Conversations of a round: each has one text, one message of the app and one picture.
TALKS = 4
#: Texts are relayed in the webhook's answer, sends and files by the outbox.
TEXTS, SENDS, CALLBACKS, FILES, RECORD = WORKS = "texts", "sends", "callbacks", "files", "record"
#: How often to look, every 0.2 seconds.
LOOKS = 600
#: How often a person writes a text again that the carrier could not bring to us. It tries each text at least three
#: times in its 15 s: while one of two web workers is suspended, all of them go to it once in 8 times, and all of these
#: texts once in a million.
TEXTS_MOST = 7


def picture() -> Media:
    made = io.BytesIO()
    Image.new("RGB", (32, 24), (200, 120, 40)).save(made, "JPEG")
    return replace(attach([""], "image/jpeg")[0], data=made.getvalue())


class Round:
    """`done` counts by the carrier's inboxes, the app's callbacks and the rows of the record.

    The Sessions are its own, and opened before anything is suspended: nothing in them is claimed by that process.
    """

    folk = itertools.count(5000, 2)

    def __init__(self, here: Scene) -> None:
        self.here = here
        self._talks = [self._open() for _ in range(TALKS)]
        self.texts, self.sends, self.files = list[Text](), list[Text](), list[Text]()

    def begin(self) -> Round:
        for talk in self._talks:
            person, other = talk.people
            self.texts.append(self._sends(talk, person, "text"))
            self.sends.append(self.here.traffic.app_texts(talk, person))
            self.files.append(self._sends(talk, other, "picture", (picture(),)))
        return self

    def done(self) -> dict[str, int]:
        record = Record.read(self.here.place.environ["DATABASE_URL"])
        told = callbacks_by_interaction(self.here.app.asked)
        return {
            TEXTS: self._arrived(self.texts), SENDS: self._arrived(self.sends), FILES: self._arrived(self.files),
            CALLBACKS: sum(sid in told for text in self.sends for sid in text.sids),
            RECORD: sum(record.created[sid] > 0 for text in self.sends for sid in text.sids),
        }  # fmt: skip

    def is_done(self, *works: str) -> bool:
        found = self.done()
        return all(found[work] == TALKS for work in works)

    def _arrived(self, texts: list[Text]) -> int:
        boxes = self.here.carrier.inboxes()
        return sum(any(text.token in message.body for message in boxes.get(text.recipient, ())) for text in texts)

    def _open(self) -> Talk:
        traffic, n = self.here.traffic, next(self.folk)
        service, pair = traffic.services[0], (f"+1510555{n}", f"+1510555{n + 1}")
        fields = [("Participants", json.dumps({"Identifier": person})) for person in pair]
        sid = traffic.app.done("POST", f"/Services/{service}/Sessions", fields)["sid"]
        joined = traffic.app.done("GET", f"/Services/{service}/Sessions/{sid}/Participants")["participants"]
        proxies = {one["identifier"]: one["proxy_identifier"] for one in joined}
        # `closing` keeps the other traffic out of it.
        talk = Talk(service, sid, pair, proxies, {one["identifier"]: one["sid"] for one in joined}, closing=True)
        with traffic.book.lock:
            traffic.book.talks.append(talk)
        return talk

    def _sends(self, talk: Talk, sender: str, kind: str, media: tuple[Media, ...] = ()) -> Text:
        """Again, as another text, while the carrier gets no answer."""
        for _ in range(TEXTS_MOST):
            text = self.here.traffic.texts(talk, sender, kind, media)
            if not text.given_up:
                break
        return text


def wait_for(ready: Callable[[], bool]) -> bool:
    """The limit only ends a test that hangs."""
    for _ in range(LOOKS):
        if ready():
            return True
        time.sleep(0.2)
    return False
