"""One scenario with all features. Its people have unique numbers and their texts have unique words."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from urllib.parse import quote

import pytest
import requests
from twilio.base.exceptions import TwilioException

from common.sids import new
from tests.support.faulty_carrier import carrier_with
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.store_calls import around_calls
from tests.support.webhooks import WebhookHarness

#: Numbers of several countries, spelled as an app may spell them; the carrier writes a Mexican mobile with +52 1.
ALICE, BOB, CAROL, DAVE = "+14155557301", "+14155557402", "+447911123456", "+12125557503"
ERIN, FRANK, GRACE = "+525512345678", "+16285557604", "+14155557705"
STRANGER, NEVER, BROKEN = "+13125557806", "+12065557907", "+15125558008"
#: Sent where a name or a proxy number is expected, so Maskline looks it up as one.
MISPLACED = "+17185558109"
NUMBERS = (ALICE, BOB, CAROL, DAVE, ERIN, FRANK, GRACE, STRANGER, NEVER, BROKEN, MISPLACED)
WORDS = ("violet walrus at noon", "čtvrtek u řeky 🦦", "a stranger's murmur", "words of a broken view")


class Scenario:
    """`met` are the pairs that may see each other's number in `to=`: (sender, proxy number) -> recipient."""

    def __init__(self, webhooks: WebhookHarness) -> None:
        self.webhooks, self.service = webhooks, webhooks.service
        self.met: dict[tuple[str, str], str] = {}

    def open(self, *people: str, inline: bool = False, **fields: Any) -> Any:
        """For people from another country than the pool's, the request names the proxy number."""
        given = [{"Identifier": one, "FriendlyName": "a person"} for one in people]
        if inline:
            fields["participants"] = [json.dumps(one) for one in given]
        session = self.service.sessions(self.service.sessions.create(unique_name=new("talk-"), **fields).sid)
        for one in () if inline else people:
            abroad = {} if one.startswith("+1") else {"proxy_identifier": self.webhooks.pool[0]}
            session.participants.create(identifier=one, **abroad)
        first, second = session.participants.list()
        for here, other in ((first, second), (second, first)):
            self.met[_e164(here.identifier), here.proxy_identifier] = _e164(other.identifier)
        return session

    def text(self, sender: str, session: Any, body: str, **more: Any) -> None:
        number = next(p.proxy_identifier for p in session.participants.list() if _e164(p.identifier) == sender)
        self.webhooks.text(sender, number, body, **more)


def _e164(identifier: str) -> str:
    return "+" + "".join(letter for letter in identifier if letter.isdigit())


def conversations(play: Scenario) -> None:
    webhooks = play.webhooks
    inline = play.open("+1 (415) 555-7301", BOB, inline=True)
    slowly, short = play.open(CAROL, DAVE), play.open(ERIN, FRANK, ttl=60)
    for session, people in ((inline, (ALICE, BOB)), (slowly, (CAROL, DAVE)), (short, (ERIN, FRANK))):
        for sender in people:
            play.text(sender, session, WORDS[0])
    number = short.participants.list()[0].proxy_identifier
    play.met["+5215512345678", number] = FRANK
    webhooks.text("+5215512345678", number, WORDS[1])
    play.text(ALICE, inline, WORDS[1] * 100)
    play.text(BOB, inline, WORDS[0], media=["https://pictures.example/a.jpg"])
    for code in (21610, 30003, None):
        webhooks.sim("POST", "/faults", refuse={"to": BOB, "code": code})
        play.text(ALICE, inline, WORDS[0])
    webhooks.text(STRANGER, number, WORDS[2])
    webhooks.text("+266696687", number, WORDS[2])
    webhooks.sim("POST", "/faults", lose_answers=1)
    play.text(DAVE, slowly, WORDS[1])
    reads(play, inline)
    endings(play, inline, slowly, short)


def reads(play: Scenario, session: Any) -> None:
    play.service.sessions.list(page_size=1)
    play.service.phone_numbers.list()
    session.participants.list(page_size=1)
    for one in session.interactions.list(page_size=2):
        assert one.fetch().sid == one.sid
    for one in session.participants.list():
        assert one.fetch().identifier


def endings(play: Scenario, inline: Any, slowly: Any, short: Any) -> None:
    """Sends texts after a Session was closed, reopened or deleted or expired, and after a Participant left."""
    webhooks = play.webhooks
    number = next(p.proxy_identifier for p in inline.participants.list())
    inline.update(status="closed")
    webhooks.text(ALICE, number, WORDS[0])
    inline.update(status="in-progress")
    play.text(ALICE, inline, WORDS[1])
    leaving = slowly.participants.list()[0]
    leaving.delete()
    webhooks.text(DAVE, slowly.participants.list()[1].proxy_identifier, WORDS[0])
    slowly.participants.create(identifier=GRACE)
    inline.interactions.list()[0].delete()
    assert webhooks.clock
    webhooks.clock.advance(61)
    webhooks.text(FRANK, short.participants.list()[1].proxy_identifier, WORDS[0])
    inline.delete()
    webhooks.text(BOB, number, WORDS[0])


def refusals(play: Scenario) -> None:
    """Requests that the API must refuse, with real numbers in every place where a client could put one."""
    service, base = play.service, f"{play.webhooks.stack.url}/proxy/v1/Services/{play.webhooks.sid}"
    with refused():
        service.sessions.create(participants=[json.dumps({"Identifier": BROKEN})] * 2)
    session = service.sessions(service.sessions.create().sid)
    session.participants.create(identifier=BROKEN)
    for fields in (
        {"identifier": BROKEN}, {"identifier": f"{NEVER}\n"}, {"identifier": f"{NEVER}0000000"},
        {"identifier": ALICE, "proxy_identifier": MISPLACED}, {"identifier": ALICE, "proxy_identifier_sid": NEVER},
        {"identifier": play.webhooks.pool[0]}, {"identifier": f"sip:{NEVER}@x.example"}, {"identifier": f"{NEVER}\x00"},
    ):  # fmt: skip
        with refused():
            session.participants.create(**fields)
    for name in ("Status", "Mode", "Ttl", "DateExpiry", "Participants", "FailOnParticipantConflict"):
        for value in (NEVER, f"[{NEVER}", json.dumps({"Identifer": NEVER}), f"{NEVER}/?#" + "x" * 300):
            assert ask("POST", f"{base}/Sessions", {name: value}).status_code == 400, name
    # A valid name appears in answers as the app gave it; only a refused name must not appear in the answer.
    assert ask("POST", f"{base}/Sessions", {"UniqueName": f"{NEVER}/?#"}).status_code == 400
    raw(base, quote(MISPLACED, safe=""))


def raw(base: str, number: str) -> None:
    """Sends requests that no SDK would send."""
    for path in (
        "",
        f"/{number}",
        f"/Sessions/{number}",
        f"/Sessions/{new('KC')}/Participants/{number}",
        f"/{number}/x",
    ):
        for method in ("GET", "POST", "PUT", *(["DELETE"] if path else [])):
            ask(method, f"{base}{path}?Page=1&PageToken={number}&PageSize={number}&x={number}", {"x": NEVER})
    ask("GET", f"{base}/Sessions?PageSize=1&x={number}")
    ask("GET", f"{base}/Sessions?PageToken={number}")
    ask("POST", f"{base}/Sessions", {"UniqueName": NEVER * 9000})
    requests.post(f"{base}/Sessions", json={"Identifier": NEVER}, auth=(ACCOUNT, TOKEN), timeout=30)
    requests.post(f"{base}/Sessions", data=f"Participants=%ff{NEVER}", auth=(ACCOUNT, TOKEN), timeout=30)
    requests.get(base, auth=(NEVER, NEVER), headers={"X-Forwarded-For": NEVER, "Cookie": f"a={NEVER}"}, timeout=30)
    requests.get(f"{base}/../../../{number}?{number}", timeout=30)


def forgeries(play: Scenario) -> None:
    webhooks = play.webhooks
    form = webhooks.message_form(NEVER, webhooks.pool[0], WORDS[2])
    assert webhooks.post(form, signature="x").status_code == 403
    assert webhooks.post({**form, "To": NEVER + "\n"}).status_code == 403
    assert webhooks.post([*form.items(), ("From", NEVER)]).status_code == 403
    assert webhooks.post({**form, "AccountSid": NEVER}).status_code == 403
    assert webhooks.post(form, url=webhooks.url(f"status/{quote(NEVER)}/{quote(NEVER)}")).status_code == 403


def defects(play: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """Raises internal errors whose text, arguments and causes all hold people's numbers and texts."""
    session = play.open(BROKEN, NEVER)
    number = session.participants.list()[0].proxy_identifier

    def broken(script: str) -> AbstractContextManager[None]:
        if script in ("open_session", "add_participant", "accept", "note_status"):
            try:
                raise KeyError(BROKEN, WORDS)
            except KeyError as error:
                raise RuntimeError(f"ERR {NEVER} said {WORDS[3]}", session, NUMBERS) from error
        return nullcontext()

    with monkeypatch.context() as patch:
        around_calls(patch, broken)
        for act in (
            lambda: play.service.sessions.create(participants=[json.dumps({"Identifier": BROKEN})]),
            lambda: session.participants.create(identifier=BROKEN),
        ):
            with refused():
                act()
        assert play.webhooks.post(play.webhooks.message_form(BROKEN, number, WORDS[3])).status_code == 500
        form = {"AccountSid": ACCOUNT, "MessageSid": new("SM"), "MessageStatus": "sent", "To": NEVER}
        assert play.webhooks.post(form, url=play.webhooks.status_url(new("KI"))).status_code == 500
    carrier_quotes(play)


def carrier_quotes(play: Scenario) -> None:
    """The carrier's error messages also hold numbers."""

    def quoting(method: str, path: str) -> Any:
        if not path.startswith("/2010-04-01"):
            return None
        return {"status": 400, "code": 21211, "message": f"{NEVER} is not valid", "more_info": f"https://x/{NEVER}"}

    with carrier_with(play.webhooks.stack, quoting), refused():
        play.service.phone_numbers.create(sid=new("PN"))


def ask(method: str, url: str, fields: Any = None) -> requests.Response:
    return requests.request(method, url, data=fields, auth=(ACCOUNT, TOKEN), timeout=30)


def refused() -> contextlib.AbstractContextManager[Any]:
    return pytest.raises(TwilioException)


STEPS: tuple[Callable[[Scenario], None], ...] = (conversations, refusals, forgeries)
