"""Files that come with a message: the other phone gets them clean, without the personal data that was in them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PIL import Image

from media.rules import rules
from tests.media.cleaning.samples import CANARY, IMAGES, TAILS, ZIP, bare_png, jpeg, leaks, opened, picture, png, saved
from tests.outbox.attachments.harness import CHECK, LOST, AttachmentsHarness
from tests.support.webhooks import Conversation

CARD = f"""BEGIN:VCARD
VERSION:3.0
N:Doe;Jane;;;
FN:Jane Doe
TEL;TYPE=CELL:{CANARY}
EMAIL:{CANARY}@example.org
NOTE:{CANARY}
END:VCARD
""".replace("\n", "\r\n").encode()
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + CANARY.encode() * 9
SVG = f"<svg xmlns='http://www.w3.org/2000/svg'><text>{CANARY}</text></svg>".encode()
AMR = b"#!AMR\n" + b"\x3c" + bytes(31)


def test_a_picture_reaches_the_other_phone_clean(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    harness.send_files(conversation, jpeg(), body="look")
    assert harness.received(conversation.bob) == []
    harness.run_all_jobs()
    ((body, (shown,)),) = harness.received(conversation.bob)
    assert body == "look" and not leaks(shown, CANARY)
    assert opened(shown).size == picture().size
    assert harness.webhooks.inbox(conversation.bob) == [(conversation.bobs, "look")]
    assert harness.outbox.received(conversation.alice) == [] and harness.outbox.events("message.incomplete") == []
    assert harness.outbox.statuses(conversation) == ["delivered"]
    assert harness.outbox.keys_left() == []
    harness.run_job(CHECK)
    assert harness.stored_files() == {} and harness.waiting() == []


CLEANED: dict[str, Callable[[], bytes]] = {**IMAGES, "card": lambda: CARD, "voice": lambda: AMR}


# Slow: starts the process that cleans for each kind of file.
@pytest.mark.slow
@pytest.mark.parametrize("name", [*CLEANED, *TAILS])
def test_no_canary_comes_out(harness: AttachmentsHarness, name: str) -> None:
    conversation, made = harness.outbox.open(), CLEANED[name]() if name in CLEANED else jpeg() + TAILS[name]
    assert name == "voice" or leaks(made, CANARY), "the sample must carry what is looked for"
    harness.send_files(conversation, made, kind="application/octet-stream")
    harness.run_all_jobs()
    ((body, (shown,)),) = harness.received(conversation.bob)
    assert body == "" and shown and not leaks(shown, CANARY)
    assert harness.outbox.received(conversation.alice) == []


REFUSED: dict[str, bytes] = {
    "HEIC": HEIC, "SVG": SVG, "ZIP": ZIP, "nothing": b"", "10,000 x 10,000": bare_png(10_000, 10_000),
    "cut off": jpeg()[:400], "a card of numbers alone": CARD.replace(b"N:Doe;Jane;;;", b"").replace(b"FN:Jane Doe", b"")
}  # fmt: skip


# Slow: starts the process that cleans for each kind of file.
@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_cleaned_is_left_out_and_the_sender_told(harness: AttachmentsHarness, name: str) -> None:
    conversation = harness.outbox.open()
    harness.send_files(conversation, REFUSED[name], body="see this")
    harness.run_all_jobs()
    assert harness.received(conversation.bob) == [("see this", [])]
    assert harness.webhooks.inbox(conversation.alice) == [(conversation.alices, LOST)]
    assert [one["lost"] for one in harness.outbox.events("message.incomplete")] == [1]
    harness.run_job(CHECK)
    harness.run_all_jobs()
    assert harness.outbox.received(conversation.alice) == [LOST]
    assert harness.stored_files() == {} and harness.waiting() == [] and harness.outbox.keys_left() == []


def test_what_is_left_of_several_goes(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    harness.send_files(conversation, jpeg(), HEIC, png(), SVG, body="four")
    harness.run_all_jobs()
    ((body, shown),) = harness.received(conversation.bob)
    assert body == "four" and [opened(one).format for one in shown] == ["JPEG", "PNG"]
    assert harness.outbox.received(conversation.alice) == [LOST]
    assert [one["lost"] for one in harness.outbox.events("message.incomplete")] == [2]


def test_a_message_of_which_nothing_is_left(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    harness.send_files(conversation, HEIC)
    harness.run_all_jobs()
    assert harness.received(conversation.bob) == [] and harness.outbox.received(conversation.alice) == [LOST]
    notice, first = sorted(conversation.session.interactions.list(), key=lambda one: bool(one.inbound_participant_sid))
    assert first.outbound_resource_status == "failed"
    assert (notice.inbound_participant_sid, notice.outbound_resource_status) == (None, "delivered")
    assert notice.outbound_participant_sid == first.inbound_participant_sid
    assert harness.outbox.keys_left() == []


# Slow: cleans large pictures.
@pytest.mark.slow
def test_the_files_of_a_message_share_what_the_carrier_takes(harness: AttachmentsHarness) -> None:
    noise = saved(Image.merge("RGB", [Image.effect_noise((1100, 1100), 90) for _ in range(3)]), "PNG")
    assert len(noise) > 2_500_000
    conversation = harness.outbox.open()
    harness.send_files(conversation, noise, noise, noise)
    harness.run_all_jobs()
    ((_, shown),) = harness.received(conversation.bob)
    assert len(shown) == 3 and sum(map(len, shown)) <= harness.rt.part(rules).limits.bytes_out


def test_a_text_that_came_as_a_file_joins_the_body(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    harness.send_files(conversation, "and more: ünï".encode(), body="first", kind="text/plain")
    harness.send_files(conversation, b"alone", kind="text/plain; charset=utf-8")
    harness.run_all_jobs()
    assert harness.received(conversation.bob) == [("first\nand more: ünï", []), ("alone", [])]
    assert harness.stored_files() == {}
    assert [one.data for one in conversation.session.interactions.list()][1].startswith('{"body":"alone"')


@pytest.mark.parametrize(("mode", "body"), [("mask", "call me: ████████████"), ("block", "call me:")])
def test_the_content_policy_sees_it(harness: AttachmentsHarness, mode: str, body: str) -> None:
    harness.webhooks.set_fields(ContentPhone=mode)
    conversation = harness.outbox.open()
    harness.send_files(conversation, b"+14155550123", body="call me:", kind="text/plain")
    harness.run_all_jobs()
    ((shown, files),) = harness.received(conversation.bob)
    assert "4155550123" not in shown.replace(" ", "") and shown.startswith("call me:") and files == []
    assert (shown == "call me:") == (mode == "block")
    assert bool(harness.outbox.received(conversation.alice)) == (mode == "block")


def test_a_text_too_long_is_left_out(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    harness.send_files(conversation, b"x" * 1600, body="here", kind="text/plain")
    harness.run_all_jobs()
    assert harness.received(conversation.bob) == [("here", [])] and harness.outbox.received(conversation.alice) == [
        LOST
    ]


def test_the_sender_is_told_in_their_own_words(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    harness.webhooks.set_fields(Language="de")
    harness.send_files(conversation, HEIC, body="x")
    harness.run_all_jobs()
    assert harness.outbox.received(conversation.alice) == [LOST], "a number of the United States reads English"


def test_a_number_that_carries_no_files(harness: AttachmentsHarness) -> None:
    """The carrier would refuse the whole message, so the text goes without the files."""
    pool = [harness.webhooks.new_number(capabilities={"mms": False, "voice": True}) for _ in range(2)]
    service = harness.webhooks.client.proxy.v1.services(harness.webhooks.sid)
    for number in pool:
        service.phone_numbers.create(phone_number=number)
    people = [{"Identifier": harness.webhooks.new_person(), "ProxyIdentifier": number} for number in pool]
    session = service.sessions(service.sessions.create(participants=[json.dumps(one) for one in people]).sid)
    (alice, bob), (alices, bobs) = [one["Identifier"] for one in people], pool
    conversation = Conversation(session, alice, bob, alices, bobs, session.participants.list()[1].sid)
    harness.send_files(conversation, jpeg(), body="look")
    harness.send_files(conversation, b"and read", body="first", kind="text/plain")
    harness.run_all_jobs()
    assert harness.received(bob) == [("look", []), ("first\nand read", [])]
    assert harness.outbox.received(alice) == [LOST]


@pytest.mark.parametrize("policy", ["continue", "block"])
def test_the_app_is_asked_first(harness: AttachmentsHarness, policy: str) -> None:
    """Nobody answers at InterceptCallbackUrl."""
    harness.webhooks.set_fields(InterceptCallbackUrl="http://127.0.0.1:9/", OnInterceptFailure=policy)
    conversation = harness.outbox.open()
    harness.send_files(conversation, jpeg(), body="look")
    harness.run_all_jobs()
    assert [(body, len(files)) for body, files in harness.received(conversation.bob)] == [("look", 1)][
        : policy == "continue"
    ]
    harness.run_job(CHECK)
    assert (
        harness.waiting() == []
        and harness.stored_files() == {}
        and LOST not in harness.outbox.received(conversation.alice)
    )


def test_a_text_alone_goes_as_ever(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    twiml = harness.webhooks.text(conversation.alice, conversation.alices, "hello")
    assert f'to="{conversation.bob}"' in twiml and harness.waiting() == []
    assert harness.outbox.received(conversation.bob) == ["hello"]


LAYOUT = b"<smil><body><par><img src='a.jpg'/><text src='a.txt'/></par></body></smil>"


# Slow: starts the process that cleans for each kind of part.
@pytest.mark.slow
@pytest.mark.parametrize(("kind", "part"), [
    ("application/smil", LAYOUT), ("Application/SMIL; charset=utf-8", LAYOUT), ("application/octet-stream", LAYOUT),
    ("application/vnd.wap.multipart.related", b"\0"), ("text/plain", b""), ("text/plain", b" \r\n"),
])  # fmt: skip
def test_a_part_without_content_is_not_missed(harness: AttachmentsHarness, kind: str, part: bytes) -> None:
    conversation = harness.outbox.open()
    whole = [harness.media_item(jpeg(), "image/jpeg"), harness.media_item(part, kind)]
    harness.webhooks.sim(
        "POST",
        "/text?wait=1",
        **{"from": conversation.alice, "to": conversation.alices, "body": "look", "media": whole},
    )
    harness.run_all_jobs()
    ((body, shown),) = harness.received(conversation.bob)
    assert body == "look" and [opened(one).format for one in shown] == ["JPEG"]
    assert harness.outbox.received(conversation.alice) == [] and harness.outbox.events("message.incomplete") == []


def test_a_layout_alone_leaves_a_text_the_short_way(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    harness.send_files(conversation, LAYOUT, body="only words", kind="application/smil")
    assert harness.received(conversation.bob) == [("only words", [])]
    assert harness.outbox.received(conversation.alice) == [] and harness.waiting() == []
