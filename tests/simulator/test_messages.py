"""Creating, reading and deleting messages with the unmodified SDK."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.simulator.conftest import ALICE, BOB, refused


@pytest.fixture
def sender(owned) -> str:
    return str(next(n.phone_number for n in owned if n.phone_number.startswith("+1415")))


def test_a_message_reaches_the_phone(client, phones, sender):
    made = client.messages.create(to=ALICE, from_=sender, body="hello 👋")
    assert (made.status, made.direction, made.num_segments) == ("queued", "outbound-api", "1")
    assert phones.inbox(ALICE) == [(sender, "hello 👋")]
    read = client.messages(made.sid).fetch()
    assert (read.status, read.error_code) == ("delivered", None)
    assert read.date_sent is not None


def test_status_callbacks_come_in_order_after_the_first_state(client, phones, sender, app):
    made = client.messages.create(to=ALICE, from_=sender, body="hi", status_callback=app.say("/status", "ok"))
    phones.settle()
    told = [a.form for a in app.at("/status")]
    assert [f["MessageStatus"] for f in told] == ["sent", "delivered"] == [f["SmsStatus"] for f in told]
    assert all(f["MessageSid"] == f["SmsSid"] == made.sid and "ErrorCode" not in f for f in told)
    assert (told[0]["From"], told[0]["To"], told[0]["AccountSid"]) == (sender, ALICE, made.account_sid)


def test_media_are_listed_and_led_to(client, phones, sender):
    made = client.messages.create(to=ALICE, from_=sender, media_url=["https://m.example/cat.png"])
    assert (made.sid[:2], made.num_media) == ("MM", "1")
    (media,) = client.messages(made.sid).media.list()
    assert media.content_type == "image/png"
    assert client.messages(made.sid).media(media.sid).fetch().parent_sid == made.sid
    (seen,) = phones.ask("GET", f"/inbox/{ALICE}")["messages"]
    url = "https://m.example/cat.png"
    assert seen["media"] == [{"sid": media.sid, "url": url, "content_type": "image/png", "status": 0, "size": None}]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"to": "12"}, 21211),
        ({"to": "+1510555000a"}, 21211),
        ({"to": ""}, 21604),
        ({"from_": BOB}, 21606),
        ({"from_": ""}, 21603),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"messaging_service_sid": "MG" + "1" * 32}, 21701),
        ({"media_url": ["https://m.example/a"] * 11}, 21623),
        ({"status_callback": "nowhere"}, 21402),
    ],
)
def test_what_is_refused_leaves_no_message(client, sender, changed, code):
    with refused(code):
        client.messages.create(**{"to": ALICE, "from_": sender, "body": "hello", **changed})
    assert client.messages.list() == []


def test_a_number_does_not_text_itself(client, sender):
    with refused(21266):
        client.messages.create(to=sender, from_=sender, body="me")


def test_listing_by_people_and_dates_newest_first(client, sender):
    for to, body in ((ALICE, "1"), (BOB, "2"), (ALICE, "3")):
        client.messages.create(to=to, from_=sender, body=body)
    now = datetime.now(UTC)
    assert [m.body for m in client.messages.list()] == ["3", "2", "1"]
    assert [m.body for m in client.messages.list(to=ALICE, from_=sender)] == ["3", "1"]
    assert [m.body for m in client.messages.list(page_size=1, limit=2)] == ["3", "2"]
    assert len(client.messages.list(date_sent_after=now - timedelta(hours=1))) == 3
    assert client.messages.list(date_sent_before=now - timedelta(hours=1)) == []
    assert client.messages.list(date_sent=(now - timedelta(days=3)).date()) == []


def test_redacting_and_deleting_leave_the_phone_alone(client, phones, sender):
    made = client.messages.create(to=ALICE, from_=sender, body="secret")
    assert client.messages(made.sid).update(body="").body == ""
    with refused(30400):
        client.messages(made.sid).update(body="other")
    assert client.messages(made.sid).delete() is True
    with refused(20404):
        client.messages(made.sid).fetch()
    assert phones.inbox(ALICE) == [(sender, "secret")]


def test_on_its_way_it_can_be_neither_redacted_nor_deleted(client, phones, sender, app):
    phones.faults(rules={"on": "status", "do": "delay", "ms": 700, "count": 1})
    made = client.messages.create(to=ALICE, from_=sender, body="secret", status_callback=app.say("/status", ""))
    for act in (lambda: client.messages(made.sid).update(body=""), client.messages(made.sid).delete):
        with refused(20009):
            act()
    phones.settle()
    assert client.messages(made.sid).update(body="").body == ""


@pytest.mark.parametrize(
    ("asked", "body", "to"),
    [
        ({"content_retention": "discard"}, "", ALICE),
        ({"address_retention": "obfuscate"}, "secret", f"{ALICE[:-4]}XXXX"),
        ({"content_retention": "retain", "address_retention": "retain"}, "secret", ALICE),
    ],
)
def test_what_is_not_to_be_kept_is_not_shown(client, phones, sender, app, asked, body, to):
    made = client.messages.create(to=ALICE, from_=sender, body="secret", status_callback=app.say("/kept", ""), **asked)
    phones.settle()
    assert phones.inbox(ALICE) == [(sender, "secret")]
    (listed,) = client.messages.list(from_=sender)
    fetched = client.messages(made.sid).fetch()
    assert [(one.body, one.to) for one in (made, listed, fetched)] == [(body, to)] * 3
    assert {a.form["To"] for a in app.at("/kept")} == {to}
    assert len(client.messages.list(to=ALICE)) == (to == ALICE)


@pytest.mark.parametrize(("field", "code"), [("content_retention", 30029), ("address_retention", 30030)])
def test_other_words_for_what_to_keep_are_refused(client, sender, field, code):
    with refused(code):
        client.messages.create(to=ALICE, from_=sender, body="hello", **{field: "debug"})


def test_between_two_numbers_of_the_carrier_it_arrives_as_inbound(client, phones, app, owned):
    near, far = owned[0], owned[1]
    far.update(sms_url=app.say("/sms", "<Response><Message>got it</Message></Response>"))
    near.update(sms_url=app.say("/near", "<Response/>"))
    client.messages.create(to=far.phone_number, from_=near.phone_number, body="hello")
    phones.settle()
    assert [(a.form["From"], a.form["Body"]) for a in app.at("/sms")] == [(near.phone_number, "hello")]
    assert [(a.form["From"], a.form["Body"]) for a in app.at("/near")] == [(far.phone_number, "got it")]
    assert sorted(m.direction for m in client.messages.list()) == [
        "inbound",
        "inbound",
        "outbound-api",
        "outbound-reply",
    ]
