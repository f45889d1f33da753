"""Services that relay by the carrier's API, and what they ask the carrier not to keep."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tests.outbox.messages.office import DOUBT, LOOK, Office
from tests.proxy.webhooks.faulty import carrier_with
from tests.proxy.webhooks.scene import Talk

# Slow: settles whether messages were sent whose text the carrier does not show.
pytestmark = pytest.mark.slow


SILENCE = "<Response/>"
FIELDS = [{"Delivery": "send"}, {"ContentRetention": "discard"}, {"AddressRetention": "obfuscate"}]
#: The app's own messages past us.
PAST_US = {"body": "past us"}


def listed(office: Office, talk: Talk) -> list[Any]:
    """What the carrier keeps of messages from Bob's number, oldest first."""
    return [one for one in reversed(office.scene.client.messages.list(from_=talk.bobs)) if one.direction != "inbound"]


@pytest.mark.parametrize("fields", FIELDS)
def test_a_relayed_text_goes_by_the_carriers_api(office: Office, fields: dict[str, str]) -> None:
    talk = office.open()
    assert "<Message" in office.scene.text(talk.alice, talk.alices, "in the answer")
    office.scene.set(**fields)
    assert SILENCE in office.scene.text(talk.alice, talk.alices, "by the API")
    assert office.told(talk.bob) == ["in the answer"]
    office.work(1)
    assert office.told(talk.bob) == ["in the answer", "by the API"]
    assert [one.direction for one in listed(office, talk)] == ["outbound-reply", "outbound-api"]
    assert office.statuses(talk) == ["delivered"] * 2 and office.left() == []


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"Delivery": "send"}, ("hello", "")),
        ({"ContentRetention": "discard"}, ("", "")),
        ({"AddressRetention": "obfuscate"}, ("hello", "XXXX")),
        ({"ContentRetention": "discard", "AddressRetention": "obfuscate"}, ("", "XXXX")),
    ],
)
def test_what_the_carrier_keeps(office: Office, fields: dict[str, str], kept: tuple[str, str]) -> None:
    office.scene.set(**fields)
    talk = office.open()
    office.send(talk, "hello")
    office.work(1)
    (one,) = listed(office, talk)
    assert (one.body, one.to) == (kept[0], talk.bob[: -len(kept[1]) or None] + kept[1])
    assert office.told(talk.bob) == ["hello"]


def test_what_it_may_keep_is_not_asked_for(office: Office) -> None:
    """An account without the feature refuses the parameters, whatever they say."""
    seen: list[bytes] = []
    server = office.scene.stack.carrier._server
    whole = server.app

    def reading(environ: Any, start: Any) -> Any:
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].endswith("/Messages.json"):
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            seen.append(body)
            environ["wsgi.input"] = io.BytesIO(body)
        return whole(environ, start)

    office.patch.setattr(server, "app", reading)
    talk = office.open()
    for fields in ({"Delivery": "send"}, {"ContentRetention": "discard"}):
        office.scene.set(**fields)
        office.send(talk, "hello")
        office.work(1)
    assert [b"Retention" in body for body in seen] == [False, True] and b"ContentRetention=discard" in seen[1]


def test_an_account_without_the_feature_is_told_so(office: Office) -> None:
    office.scene.set(ContentRetention="discard")
    talk = office.open()
    office.fault("refuse", code=30029, count=1)
    office.scene.text(talk.alice, talk.alices, "hello")
    office.work(1)
    (found,) = talk.session.interactions.list()
    assert found.outbound_resource_status == "failed"
    assert office.events("interaction.updated")[-1]["outbound"]["code"] == 30029


def test_behind_a_question_to_the_app_as_well(office: Office) -> None:
    """Nobody answers there, so it goes on."""
    talk = office.open()
    office.scene.set(InterceptCallbackUrl="http://127.0.0.1:1/", Delivery="send")
    assert SILENCE in office.scene.text(talk.alice, talk.alices, "hello")
    office.work(1)
    assert office.told(talk.bob) == ["hello"]


def test_a_name_that_looks_like_a_field_changes_nothing(office: Office) -> None:
    office.scene.set(UniqueName='"delivery":"send"')
    talk = office.open()
    assert "<Message" in office.scene.text(talk.alice, talk.alices, "hello")


def doubtful(office: Office, talk: Talk, body: str = "hello", do: str = "accept-then-reset") -> Any:
    """Sent, and nobody heard of it."""
    office.scene.sim("POST", "/faults", drop_status_callbacks=True)
    office.fault(do, count=1)
    made = office.send(talk, body)
    office.work(1)
    assert office.states()[:1] == ["in_doubt"]
    return made


def test_without_its_words_it_is_found_by_its_place_alone(office: Office) -> None:
    office.scene.set(ContentRetention="discard")
    talk = office.open()
    before = office.send(talk, "before")
    office.work(1)
    made = doubtful(office, talk)
    office.work(LOOK, DOUBT, 1)
    assert office.told(talk.bob) == ["before", "hello"] and office.left() == []
    assert [office.state(one)[1] for one in (before, made)] == office.carried(talk.bob)


def test_without_its_words_what_is_not_there_was_not_sent(office: Office) -> None:
    """The number stands in the list, so nothing under it means that nothing went out."""
    office.scene.set(ContentRetention="discard")
    talk = office.open()
    office.send(talk, "before")
    office.work(1)
    doubtful(office, talk, do="reset")
    office.work(LOOK, DOUBT, 1, 1)
    assert office.told(talk.bob) == ["before", "hello"] and office.left() == []


def test_two_without_words_are_not_told_apart(office: Office) -> None:
    """The app sends past us: which of the two is ours, or whether one is, nobody can see. It is held."""
    office.scene.set(ContentRetention="discard")
    talk = office.open()
    made = doubtful(office, talk)
    office.scene.client.messages.create(to=talk.bob, from_=talk.bobs, content_retention="discard", **PAST_US)
    office.work(LOOK, DOUBT, 1, 1)
    assert [(one["interaction_sid"], one["reason"]) for one in office.listed("parked")] == [(made.sid, "in_doubt")]
    assert office.told(talk.bob) == ["hello", "past us"]


@pytest.mark.parametrize("do", ["accept-then-reset", "reset"])
def test_without_the_number_it_is_held(office: Office, do: str) -> None:
    """Whatever IN_DOUBT says: an empty list shows nothing."""
    office.scene.set(AddressRetention="obfuscate")
    talk = office.open()
    made = doubtful(office, talk, do=do)
    office.send(talk, "behind it")
    office.work(LOOK, DOUBT, 1, 1)
    went = ["hello"] if do == "accept-then-reset" else []
    assert office.told(talk.bob) == [*went, "behind it"]
    assert [(one["interaction_sid"], one["reason"]) for one in office.listed("parked")] == [(made.sid, "in_doubt")]


def test_without_the_number_an_operator_may_send_it(office: Office) -> None:
    office.scene.set(AddressRetention="obfuscate")
    talk = office.open()
    made = doubtful(office, talk, do="reset")
    office.work(LOOK, DOUBT)
    assert office.ops("POST", f"/{made.sid}/retry").status_code == 204
    office.work(1, 1)
    assert office.told(talk.bob) == ["hello"] and office.left() == []


@pytest.mark.parametrize("fields", FIELDS[1:])
def test_a_callback_settles_it_without_any_list(office: Office, fields: dict[str, str]) -> None:
    office.scene.set(**fields)
    talk = office.open()
    office.fault("accept-then-reset", count=1)
    made = office.send(talk, "hello")
    with carrier_with(office.scene.stack, lambda how, path: "before" if how == "GET" and "Messages" in path else None):
        office.work(1, LOOK)
    assert office.state(made)[0] == "delivered" and office.left() == []


@pytest.mark.parametrize("how", ["resent", "released"])
def test_what_was_hidden_once_stays_hidden(office: Office, how: str) -> None:
    """The Service asks for it no more, but the first try is hidden, and the second must not be taken for all."""
    office.scene.set(AddressRetention="obfuscate")
    talk = office.open()
    made = doubtful(office, talk)
    office.scene.set(AddressRetention="retain")
    office.work(LOOK, DOUBT, 1)
    assert [one["reason"] for one in office.listed("parked")] == ["in_doubt"]
    if how == "released":
        office.fault("reset", count=1)
        assert office.ops("POST", f"/{made.sid}/retry").status_code == 204
        office.work(1, 1)
        client: Any = office.rt.store.client
        assert json.loads(client.get("{" + office.scene.sid + "}:outgoing:" + made.sid))["obfuscate"] is True
    assert office.told(talk.bob) == ["hello"]
