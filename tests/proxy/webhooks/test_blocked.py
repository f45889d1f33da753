"""What was stopped is an Interaction without an outbound leg that says why: the table of docs/inbound-messages.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from policy.quotas import rates
from tests.proxy.webhooks.scene import Scene, Talk
from tests.relay.app_questions.app import App
from tests.support.stack import ACCOUNT, TOKEN


def api(scene: Scene, method: str, path: str, **fields: Any) -> Any:
    answer = requests.request(method, f"{scene.stack.url}{path}", data=fields, auth=(ACCOUNT, TOKEN), timeout=30)
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


@pytest.fixture
def app(scene: Scene) -> Iterator[App]:
    found = App()
    yield found
    plain = {"InterceptCallbackUrl": "", "OnInterceptFailure": "continue", "ContentCard": "off", "AllowedCountries": ""}
    assert scene.set(**plain).ok
    found.stop()


def intercept(status: int, **more: str) -> Callable[[Scene, Talk, App], None]:
    def configure(scene: Scene, talk: Talk, app: App) -> None:
        app.answer = lambda asked: status
        assert scene.set(InterceptCallbackUrl=app.url, **more).ok

    return configure


def limited(scene: Scene, talk: Talk, app: App) -> None:
    scene.stack.runtime.part(rates)["message"]["pair"] = 1
    scene.text(talk.alice, talk.alices, "the first")


def over(scene: Scene, talk: Talk, app: App) -> None:
    """Ended by the app while it is asked."""

    def end(asked: Any) -> int:
        talk.session.update(status="closed")
        return 200

    app.answer = end
    assert scene.set(InterceptCallbackUrl=app.url).ok


#: What stops the text of Alice: blocked_by and error_code by the table.
STOPS: dict[str, tuple[Callable[[Scene, Talk, App], Any], str, int | None]] = {
    "intercept": (intercept(403), "intercept", 80909),
    "no answer": (intercept(500, OnInterceptFailure="block"), "intercept-failed", 11200),
    "content": (lambda scene, talk, app: scene.set(ContentCard="block"), "content", 30007),
    "limit": (limited, "limit", 20429),
    "opt-out": (lambda scene, talk, app: scene.text(talk.bob, talk.bobs, "STOP"), "opt-out", 21610),
    "block": (lambda scene, talk, app: block(scene, talk), "block", 20403),
    "region": (lambda scene, talk, app: scene.set(AllowedCountries="FR"), "region", 21408),
    "closed meanwhile": (over, "closed", 80905),
}


def block(scene: Scene, talk: Talk) -> None:
    api(scene, "POST", f"/ops/v1/blocks/{scene.sid}", Scope="person", Person=talk.bob)


@pytest.mark.parametrize("what", STOPS)
def test_it_is_an_interaction(scene: Scene, app: App, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setitem(scene.stack.runtime._parts, rates, rates(scene.stack.runtime))
    stop, blocked_by, code = STOPS[what]
    talk = scene.open()
    stop(scene, talk, app)
    known = {one.sid for one in talk.session.interactions.list()}
    text = "my card is 4111 1111 1111 1111"
    form = scene.form(talk.alice, talk.alices, text)
    assert scene.post(form).text == scene.post(form).text
    (one,) = [one for one in talk.session.interactions.list() if one.sid not in known]
    assert (one.inbound_resource_sid, one.inbound_resource_status) == (form["MessageSid"], "received")
    assert (one.outbound_participant_sid, one.outbound_resource_sid, one.outbound_resource_status) == (None, None, None)
    assert text in one.data
    path = f"/proxy/v1/Services/{scene.sid}/Sessions/{one.session_sid}/Interactions/{one.sid}"
    found = api(scene, "GET", path)
    assert (found["blocked_by"], found["error_code"]) == (blocked_by, code)
    assert talk.session.fetch().status == ("closed" if blocked_by == "closed" else "in-progress")
    assert scene.client.messages.list(to=talk.bob, from_=talk.bobs) == [] or what in ("limit", "opt-out")


def test_what_passes_has_neither(scene: Scene, app: App) -> None:
    talk = scene.open()
    scene.text(talk.alice, talk.alices, "hello")
    (one,) = talk.session.interactions.list()
    path = f"/proxy/v1/Services/{scene.sid}/Sessions/{one.session_sid}/Interactions/{one.sid}"
    found = api(scene, "GET", path)
    assert (found["blocked_by"], found["error_code"], found["inbound_resource_status"]) == (None, None, "delivered")
