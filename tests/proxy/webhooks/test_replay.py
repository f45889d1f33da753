"""A genuine request that is sent again later: the same answer while its URL's token holds, and 403 afterwards."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from carrier.webhook_urls import number_url
from pool.drift import check_drift, old_urls
from simulator.voice.model import Call
from storage import keys
from tests.proxy.webhooks.test_numbers import sid_of, state
from tests.support.faulty_carrier import carrier_with, changes
from tests.support.stack import ACCOUNT, Stack
from tests.support.webhooks import Clock, Conversation, WebhookHarness, sign

DAY = 86_400


@pytest.fixture
def harness(stack: Stack, clock: Clock) -> WebhookHarness:
    """Each test begins at the first second of a replay window, with numbers whose URLs were made in it."""
    clock.now = (clock.now // (1000 * DAY) + 4) * 1000 * DAY
    return WebhookHarness(stack, clock, numbers=2)


class Recorded:
    """A request as somebody recorded it: URL, form and signature."""

    def __init__(self, harness: WebhookHarness, form: dict[str, str], url: str | None = None) -> None:
        self.harness, self.form, self.url = harness, form, url or harness.url()
        self.signature = sign(self.url, list(form.items()))
        self.first = self.send().content

    def send(self) -> requests.Response:
        return self.harness.post(self.form, self.url, signature=self.signature)

    def gets_the_same(self) -> None:
        before = self.harness.writes()
        answer = self.send()
        assert (answer.status_code, answer.content) == (200, self.first)
        assert self.harness.writes() == before

    def is_refused(self) -> None:
        before = self.harness.writes()
        assert self.send().status_code == 403
        assert self.harness.writes() == before


def text(harness: WebhookHarness, one: Conversation, body: str = "once") -> Recorded:
    return Recorded(harness, harness.message_form(one.alice, one.alices, body))


def test_a_text_is_relayed_once_however_late_it_comes_again(harness: WebhookHarness, clock: Clock) -> None:
    one = harness.open()
    recorded = text(harness, one)
    assert b"<Message" in recorded.first
    for seconds in (DAY - 1, 1, DAY - 1):
        clock.advance(seconds)
        recorded.gets_the_same()
    clock.advance(0.998)
    recorded.gets_the_same()
    for later in (0.002, DAY, DAY, 30 * DAY):
        clock.advance(later)
        recorded.is_refused()
    assert len(one.session.interactions.list()) == 1


def test_nothing_reaches_a_later_partner_of_the_pair(harness: WebhookHarness, clock: Clock) -> None:
    one = harness.open()
    recorded = text(harness, one)
    one.session.update(status="closed")
    recorded.gets_the_same()
    clock.advance(DAY)
    later = harness.service.sessions(harness.service.sessions.create().sid)
    later.participants.create(identifier=one.alice, proxy_identifier=one.alices)
    later.participants.create(identifier=harness.new_person())
    recorded.gets_the_same()
    for _ in range(3):
        clock.advance(DAY)
        recorded.is_refused()
    assert later.interactions.list() == []


def test_a_start_that_comes_again_does_not_undo_a_stop(harness: WebhookHarness, clock: Clock) -> None:
    one = harness.open()
    start = text(harness, one, "START")
    clock.advance(60)
    text(harness, one, "STOP")

    def stopped() -> int:
        return int(harness.stack.runtime.store.client.hlen(keys.service("optouts", harness.sid)))

    assert stopped() == 1
    start.gets_the_same()
    clock.advance(DAY)
    start.gets_the_same()
    for _ in range(2):
        clock.advance(DAY)
        start.is_refused()
    assert stopped() == 1


def test_a_token_of_another_service_and_a_changed_one_are_refused(harness: WebhookHarness, stack: Stack) -> None:
    other, one = WebhookHarness(stack, numbers=1), harness.open()
    form, base = harness.message_form(one.alice, one.alices, "x"), harness.url().rpartition("/")[0]
    since, _, proof = harness.url().rpartition("/")[2].partition("-")
    tokens = [other.url().rpartition("/")[2], f"{int(since) + DAY}-{proof}", f"{since}-{proof[::-1]}", "x", f"{since}-"]
    for token in tokens:
        before = harness.writes()
        assert harness.post(form, f"{base}/{token}").status_code == 403
        assert harness.writes() == before
    assert harness.post(form, base).status_code == 404


def test_the_job_renews_the_urls_in_each_window(harness: WebhookHarness, clock: Clock) -> None:
    one, number = harness.open(), harness.pool[0]
    seen = {harness.url()}
    for n in range(4):
        clock.advance(DAY)
        said = harness.sim("POST", "/text?wait=1", **{"from": one.alice, "to": one.alices, "body": f"former URL {n}"})
        assert said["webhook"]["status"] == 200
        assert check_drift(harness.stack.runtime, harness.sid) == []
        assert state(harness, number)["sms_url"].split("#")[0] == harness.url()
        assert state(harness, number)["voice_fallback_url"].split("#")[0] == harness.url("voice")
        seen.add(harness.url())
        harness.text(one.alice, one.alices, f"new URL {n}")
    assert len(seen) == 5 and len(harness.inbox(one.bob)) == 8


def test_killed_between_renewing_and_noting(
    harness: WebhookHarness, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(name: str) -> None:
        if name == "renewed":
            raise Killed

    rt, renewed = harness.stack.runtime, harness.pool[0]
    harness.service.phone_numbers(sid_of(harness, harness.pool[1])).delete()
    clock.advance(DAY)
    monkeypatch.setattr(rt, "failpoint", kill)
    with pytest.raises(Killed):
        check_drift(rt, harness.sid)
    monkeypatch.undo()
    assert state(harness, renewed)["sms_url"].split("#")[0] == harness.url()
    clock.advance(DAY * 0.6)
    assert list(old_urls(rt, harness.sid)) == [sid_of(harness, renewed)], "it was not noted"
    with carrier_with(harness.stack, changes(then="before")):
        assert check_drift(rt, harness.sid) == [], "nothing is left to change at the carrier"
    assert old_urls(rt, harness.sid) == {}


def test_a_number_that_cannot_be_renewed_is_reported_before_its_texts_are_refused(
    harness: WebhookHarness, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    rt = harness.stack.runtime
    with carrier_with(harness.stack, changes(then="before")):
        clock.advance(1.4 * DAY)
        check_drift(rt, harness.sid)
        assert old_urls(rt, harness.sid) == {}
        clock.advance(0.2 * DAY)
        with caplog.at_level(logging.WARNING):
            check_drift(rt, harness.sid)
        assert sorted(old_urls(rt, harness.sid)) == sorted(sid_of(harness, number) for number in harness.pool)
        assert "in 576 minutes texts and calls to it are refused" in caplog.text
        clock.advance(0.5 * DAY)
        caplog.clear()
        check_drift(rt, harness.sid)
        assert "so texts and calls to it are refused" in caplog.text
        assert set(old_urls(rt, harness.sid).values()) == {0}
    one = harness.open()
    said = harness.sim("POST", "/text?wait=1", **{"from": one.alice, "to": one.alices, "body": "too late"})
    assert said["webhook"]["status"] == 403
    assert check_drift(rt, harness.sid) == []
    harness.text(one.alice, one.alices, "after it was renewed")
    assert harness.inbox(one.bob) == [(one.bobs, "after it was renewed")]


def test_repoint_renews_too(harness: WebhookHarness, clock: Clock) -> None:
    clock.advance(3 * DAY)
    runner = harness.stack.app.test_cli_runner()
    assert runner.invoke(args=["numbers", "repoint", harness.sid]).stdout.count("repointed") == 2
    assert runner.invoke(args=["numbers", "repoint", harness.sid]).stdout.count("unchanged") == 2
    assert old_urls(harness.stack.runtime, harness.sid) == {}


# --- Twilio's own path, which has no token ---------------------------------------------------------------------------


def twilio_url(harness: WebhookHarness, kind: str = "Message") -> str:
    return f"{harness.stack.url}/v1/Accounts/{ACCOUNT}/Proxy/{harness.sid}/Webhooks/{kind}"


def redirected(harness: WebhookHarness, clock: Clock, one: Conversation) -> Recorded:
    """A text that the carrier has, sent to us by an app's <Redirect>. The carrier's dates are real."""
    harness.sim("POST", "/faults", rules=[{"on": on, "do": "drop"} for on in ("message", "fallback")])
    sid = harness.sim("POST", "/text?wait=1", **{"from": one.alice, "to": one.alices, "body": "redirected"})["sid"]
    harness.sim("DELETE", "/faults")
    found = harness.stack.carrier.carrier.state.messages[sid]
    found.created = found.updated = found.sent = datetime.fromtimestamp(clock.now / 1000, UTC)
    return Recorded(harness, harness.message_form(one.alice, one.alices, "redirected", sid=sid), twilio_url(harness))


def test_a_redirected_text_is_looked_up_once(harness: WebhookHarness, clock: Clock) -> None:
    one = harness.open()
    recorded = redirected(harness, clock, one)
    assert b"<Message" in recorded.first
    with carrier_with(harness.stack, lambda method, path: "before"):
        recorded.gets_the_same()
        clock.advance(DAY)
        recorded.gets_the_same()
    for _ in range(3):
        clock.advance(DAY)
        recorded.is_refused()
    assert len(one.session.interactions.list()) == 1


def test_a_redirected_text_that_the_carrier_does_not_have(harness: WebhookHarness) -> None:
    one = harness.open()
    form = harness.message_form(one.alice, one.alices, "never sent")
    before = harness.writes()
    assert harness.post(form, twilio_url(harness)).status_code == 403
    with carrier_with(harness.stack, lambda method, path: "before"):
        assert harness.post(form, twilio_url(harness)).status_code == 503
    assert harness.writes() == before


def test_twilios_path_is_for_numbers_of_its_service(harness: WebhookHarness, stack: Stack, clock: Clock) -> None:
    """An app's <Redirect> could name another account's Service on the same account of the carrier."""
    other, one = WebhookHarness(stack, clock, numbers=1), harness.open()
    recorded = redirected(harness, clock, one)
    before = other.writes()
    assert harness.post(recorded.form, twilio_url(other)).status_code == 403
    assert other.writes() == before


def call(harness: WebhookHarness, sender: str, called: str, status: str) -> dict[str, str]:
    """The form of a call that the carrier has with this status."""
    store = harness.stack.carrier.carrier.state
    made = Call(f"CA{next(store.seq):032x}", ACCOUNT, "inbound", sender, called, next(store.seq), status)
    store.add_call(made)
    return {"AccountSid": ACCOUNT, "CallSid": made.sid, "From": sender, "To": called, "CallStatus": "ringing"}


def test_a_call_that_is_over_is_not_connected_again(harness: WebhookHarness, clock: Clock) -> None:
    one = harness.open()
    for status, expected in (("ringing", 200), ("completed", 403)):
        form = call(harness, one.alice, one.alices, status)
        assert harness.post(form, twilio_url(harness, "Call")).status_code == expected
    recorded = Recorded(harness, call(harness, one.alice, one.alices, "ringing"), harness.url("voice"))
    assert b"<Dial" in recorded.first
    clock.advance(DAY)
    recorded.gets_the_same()
    clock.advance(DAY)
    recorded.is_refused()


def test_a_refused_call_gets_a_route_only_while_it_is_going_on(harness: WebhookHarness) -> None:
    """Somebody who recorded a refused call must not be connected to whoever has the pair later."""
    stranger, number = harness.new_person(), harness.pool[0]
    form = call(harness, stranger, number, "ringing")
    recorded = Recorded(harness, form, harness.url("voice"))
    session = harness.service.sessions(harness.service.sessions.create().sid)
    session.participants.create(identifier=stranger, proxy_identifier=number)
    session.participants.create(identifier=harness.new_person())
    found: Any = harness.stack.carrier.carrier.state.calls[form["CallSid"]]
    found.status = "completed"
    recorded.gets_the_same()
    with carrier_with(harness.stack, lambda method, path: "before"):
        recorded.gets_the_same()
    assert session.interactions.list() == []
    found.status = "in-progress"
    assert b"<Dial" in recorded.send().content


def test_the_url_of_a_number_holds_no_number(harness: WebhookHarness) -> None:
    url = number_url(harness.stack.runtime, harness.sid, "message")
    assert not any(number[1:] in url for number in harness.pool)
