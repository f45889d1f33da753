"""People who text and call each other through proxy numbers, and the app that opens and closes their Sessions."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from simulator.model import Media
from simulator.voice.model import Plan
from tests.faults.app import FORBIDDEN, CustomersApp, NoAnswer
from tests.faults.carrier import Carrier
from tests.faults.truth import Book, Phoned, Talk, Text

#: Simulated seconds that people talk, and real seconds in which a call must be over.
TALK_SECONDS, CALL_PATIENCE = 5.0, 60.0
#: The API's code for a change of a closed Session.
CLOSED_ALREADY = 80607


@dataclass(frozen=True)
class Size:
    """`abrupt`: the share of closings that do not wait for the Session's texts. `patience`: how long the app repeats
    what people make it do: in the short variants hardly, so that acts end soon."""

    people: int = 40
    numbers: int = 12
    talks: int = 40
    actors: int = 8
    app_share: float = 0.2
    call_share: float = 0.05
    echo_share: float = 0.2
    forbidden_share: float = 0.03
    abrupt: float = 0.2
    churn: float = 0.06
    patience: float = 8.0


class Traffic:
    """`start` opens the Sessions; `run` acts until `done`. `unanswered`: requests that the app gave up; `failed`: what
    must not happen."""

    def __init__(self, app: CustomersApp, carrier: Carrier, size: Size, seed: int) -> None:
        self.app, self.carrier, self.size, self.seed = app, carrier, size, seed
        self.book, self.services = Book(seed), list[str]()
        self.asking: set[str] = set()
        self.people = [f"+1510555{n:04d}" for n in range(size.people)]
        self.failed: list[str] = []
        self.unanswered = 0
        self.busy_phones: set[str] = set()

    def start(self) -> Traffic:
        for n, more in enumerate(({}, {"InterceptCallbackUrl": f"{self.app.url}/intercept"})):
            # Short: a call whose end nobody reported is looked up only after its time limit.
            more = {"CallTimeLimit": "60", **more}
            fields = {"CallbackUrl": f"{self.app.url}/callback", "EventsUrl": f"{self.app.url}/events", **more}
            sid = self.app.done("POST", "/Services", {"UniqueName": f"storm-{n}", **fields})["sid"]
            self.services.append(sid)
            self.asking |= {sid} if "InterceptCallbackUrl" in more else set()
            phones = [f"+1312555{n}{place:03d}" for place in range(self.size.numbers)]
            self.carrier.add_numbers(phones)
            for phone in phones:
                self.app.done("POST", f"/Services/{sid}/PhoneNumbers", {"PhoneNumber": phone})
        plan = Plan("answer", keys="1")
        with self.carrier.engine.state.lock:
            self.carrier.engine.state.plans |= dict.fromkeys(self.people, plan)
        dice = random.Random(self.seed)
        for _ in range(self.size.talks):
            self.open_talk(dice)
        return self

    def run(self, done: Callable[[], bool], pause: float = 0.0) -> None:
        """`pause`: seconds between two acts of one actor."""
        seeds = [self.seed * 1000 + n for n in range(self.size.actors)]
        threads = [threading.Thread(target=self._act_until, args=(done, pause, seed)) for seed in seeds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _act_until(self, done: Callable[[], bool], pause: float, seed: int) -> None:
        dice = random.Random(seed)
        self.app.be_patient(self.size.patience)
        while not done():
            try:
                self._act(dice)
            except NoAnswer:
                self.unanswered += 1
            except Exception as error:
                # Anything else is an error of the suite or of an answer: the checker reports it.
                self.failed.append(f"{type(error).__name__}: {error}")
            time.sleep(pause * 2 * dice.random())

    def _act(self, dice: random.Random) -> None:
        drawn, size = dice.random(), self.size
        if drawn < size.churn:
            self._close_one(dice)
            self.open_talk(dice)
            return
        talk = self._take(dice)
        if talk is None:
            self.open_talk(dice)
            return
        try:
            self._within(talk, dice)
        finally:
            with self.book.lock:
                talk.busy -= 1

    def _within(self, talk: Talk, dice: random.Random) -> None:
        sender, drawn, size = dice.choice(talk.people), dice.random(), self.size
        if drawn < size.app_share:
            self.app_texts(talk, sender)
        elif drawn < size.app_share + size.call_share:
            self.calls(talk, sender)
        elif dice.random() < size.forbidden_share and talk.service in self.asking:
            self.texts(talk, sender, "forbidden")
        elif dice.random() < size.echo_share:
            self.texts(talk, talk.people[0], "echo")
        else:
            self.texts(talk, sender)

    # --- acts --------------------------------------------------------------------------------------------------------

    def texts(self, talk: Talk, sender: str, kind: str = "text", media: tuple[Media, ...] = ()) -> Text:
        """The same text of the same person again and again (`echo`), or a text that the app forbids (`forbidden`)."""
        text = self.book.begin(talk, sender, talk.other(sender), kind, talk.echo if kind == "echo" else "")
        if kind == "echo":
            talk.echo = text.token
        body = f"see you {text.token}" if kind != "forbidden" else f"{FORBIDDEN} {text.token}"
        text.certain = text.certain and kind != "forbidden"
        sid, answered = self.carrier.text(sender, talk.proxies[sender], body, media)
        with self.book.lock:
            text.given_up = text.given_up or not answered
            text.sids.append(sid)
        return text

    def app_texts(self, talk: Talk, recipient: str) -> Text:
        text = self.book.begin(talk, "", recipient, "app")
        path = f"{self.path(talk)}/Participants/{talk.participants[recipient]}/MessageInteractions"
        try:
            status, body = self.app.call("POST", path, {"Body": f"from us {text.token}"})
        except NoAnswer:
            text.certain = False
            raise
        if status >= 300:
            text.certain = False
            raise AssertionError(f"POST {path}: {status} {body}")
        text.sids.append(body["sid"])
        return text

    def calls(self, talk: Talk, caller: str) -> None:
        pair = set(talk.people)
        with self.book.lock:
            if pair & self.busy_phones:
                return
            self.busy_phones |= pair
        try:
            sid = self.carrier.call(caller, talk.proxies[caller], TALK_SECONDS, CALL_PATIENCE)
            with self.book.lock:
                self.book.calls.append(Phoned(talk, caller, talk.other(caller), sid))
        finally:
            with self.book.lock:
                self.busy_phones -= pair

    def open_talk(self, dice: random.Random) -> None:
        """Does nothing if these two cannot meet: each number that one of them could get is in use or cools."""
        service, pair = dice.choice(self.services), dice.sample(self.people, 2)
        fields = [("Participants", json.dumps({"Identifier": person})) for person in pair]
        status, body = self.app.call("POST", f"/Services/{service}/Sessions", fields)
        if status >= 300:
            return
        path = f"/Services/{service}/Sessions/{body['sid']}"
        joined = self.app.done("GET", f"{path}/Participants")["participants"]
        found = {str(one["identifier"]): one for one in joined}
        talk = Talk(
            service, body["sid"], (pair[0], pair[1]),
            {person: found[person]["proxy_identifier"] for person in pair},
            {person: found[person]["sid"] for person in pair},
        )  # fmt: skip
        with self.book.lock:
            self.book.talks.append(talk)

    def path(self, talk: Talk) -> str:
        return f"/Services/{talk.service}/Sessions/{talk.sid}"

    def _take(self, dice: random.Random) -> Talk | None:
        with self.book.lock:
            free = [talk for talk in self.book.talks if not talk.closing]
            if not free:
                return None
            talk = dice.choice(free)
            talk.busy += 1
            return talk

    def _close_one(self, dice: random.Random) -> None:
        with self.book.lock:
            free = [talk for talk in self.book.talks if not talk.closing and not talk.busy]
            if not free:
                return
            talk = dice.choice(free)
            talk.closing = True
        missing = [text for text in self.book.of(talk) if self._has(text) < text.owed]
        if missing and dice.random() >= self.size.abrupt:
            talk.closing = False
            return
        for text in missing:
            text.certain = False
        status, body = self.app.call("POST", self.path(talk), {"Status": "closed"})
        # A try whose answer was lost may have closed it.
        assert status < 300 or body.get("code") == CLOSED_ALREADY, f"POST {self.path(talk)}: {status} {body}"

    def _has(self, text: Text) -> int:
        return sum(text.token in message.body for message in self.carrier.inbox(text.recipient))
