"""What a genuine request may lack, or hold without a value: it is heard all the same. Moved borders are still refused.

Sources: a caption-less picture's webhook has no Body (turt2live/matrix-appservice-twilio, issue 14) or an
empty one (the same, of three pictures); carriers of the same API send the former names alone (SignalWire's page on
`<Message>`: "form parameters SmsStatus and SmsSid").
"""

from __future__ import annotations

from typing import Any

import pytest

from common.sids import new
from tests.proxy.webhooks.scene import Pairs, Scene, Talk, sign
from tests.proxy.webhooks.test_signature import refused
from tests.support.stack import ACCOUNT

PICTURE = "https://api.twilio.com/2010-04-01/Accounts/{}/Messages/{}/Media/{}"


@pytest.fixture
def talk(scene: Scene) -> Talk:
    return scene.open()


def picture(scene: Scene, talk: Talk, body: str = "") -> dict[str, str]:
    form = scene.form(talk.alice, talk.alices, body, media=1)
    url = PICTURE.format(ACCOUNT, form["MessageSid"], new("ME"))
    return {**form, "MediaUrl0": url, "MediaContentType0": "image/jpeg"}


def kinds(scene: Scene, before: int) -> list[str]:
    return [event["t"] for event in scene.events(before)]


@pytest.mark.parametrize("left_out", [["Body"], ["Body", "NumSegments"], ["MediaContentType0"], ["MediaUrl0"]])
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_picture(scene: Scene, talk: Talk, left_out: list[str], how: str) -> None:
    form = picture(scene, talk)
    for name in left_out:
        form = {**form, name: ""} if how == "empty" else {key: form[key] for key in form if key != name}
    before = scene.writes()[1]
    assert scene.post(form).status_code == 200
    assert kinds(scene, before) == ["interaction.created"]


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_text_without_a_count_of_files(scene: Scene, talk: Talk, how: str) -> None:
    form = scene.form(talk.alice, talk.alices, "hello")
    given = {**form, "NumMedia": ""} if how == "empty" else {key: form[key] for key in form if key != "NumMedia"}
    assert b">hello</Message>" in scene.post(given).content


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_nothing_at_all(scene: Scene, talk: Talk, how: str) -> None:
    form = scene.form(talk.alice, talk.alices, "")
    given = form if how == "empty" else {key: form[key] for key in form if key != "Body"}
    before = scene.writes()[1]
    answer = scene.post(given)
    assert (answer.status_code, b"<Message" in answer.content) == (200, False)
    assert [event["d"]["reason"] for event in scene.events(before)] == ["empty"]


def hidden(form: dict[str, str], name: str) -> Pairs:
    """The field as the end of the value that stands before it in the signature's order."""
    names = sorted(form)
    before = names[names.index(name) - 1]
    rest = {key: value for key, value in form.items() if key not in (name, before)}
    return [*rest.items(), (before, form[before] + name + form[name])]


@pytest.mark.parametrize("name", ["Body", "NumMedia", "MediaUrl0", "MediaContentType0"])
def test_a_field_hidden_in_another(scene: Scene, talk: Talk, name: str) -> None:
    form = picture(scene, talk, "look at this")
    genuine = sign(scene.url(), list(form.items()))
    assert sign(scene.url(), hidden(form, name)) == genuine, "the forgery must carry a signature that holds"
    refused(scene, hidden(form, name), signature=genuine)


def relayed(scene: Scene, talk: Talk) -> Any:
    scene.post(scene.form(talk.alice, talk.alices, "hello"))
    (one,) = talk.session.interactions.list()
    return one


STATUSES = [
    {"MessageSid": "", "MessageStatus": "", "SmsSid": "{}", "SmsStatus": "delivered"},
    {"SmsSid": "{}", "SmsStatus": "delivered"},
    {"MessageSid": "{}", "MessageStatus": "delivered", "ErrorCode": ""},
    {"MessageSid": "{}", "MessageStatus": "delivered", "CallSid": "", "CallStatus": "", "CallDuration": ""},
]


@pytest.mark.parametrize("told", STATUSES, ids=lambda told: ",".join(told))
def test_a_status(scene: Scene, talk: Talk, told: dict[str, str]) -> None:
    one, sid = relayed(scene, talk), new("SM")
    form = {"AccountSid": ACCOUNT, **{name: value.format(sid) for name, value in told.items()}}
    assert scene.post(form, url=scene.status_url(one.sid)).status_code == 200
    now = one.fetch()
    assert (now.outbound_resource_sid, now.outbound_resource_status) == (sid, "delivered")


def test_a_status_of_nothing(scene: Scene, talk: Talk) -> None:
    one = relayed(scene, talk)
    for told in ({}, {"MessageSid": new("SM"), "MessageStatus": ""}, {"MessageSid": "", "MessageStatus": "sent"}):
        refused(scene, {"AccountSid": ACCOUNT, **told}, url=scene.status_url(one.sid))
