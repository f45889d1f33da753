"""Files that come with a message: the other phone gets them clean, and nothing of what they told."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PIL import Image

from media.rules import rules
from tests.media.cleaning.samples import CANARY, IMAGES, TAILS, ZIP, bare_png, jpeg, leaks, opened, picture, png, saved
from tests.outbox.attachments.studio import CHECK, LOST, Studio
from tests.proxy.webhooks.scene import Talk

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


def test_a_picture_reaches_the_other_phone_clean(studio: Studio) -> None:
    talk = studio.open()
    studio.snap(talk, jpeg(), body="look")
    assert studio.got(talk.bob) == []
    studio.deliver()
    ((body, (shown,)),) = studio.got(talk.bob)
    assert body == "look" and not leaks(shown, CANARY)
    assert opened(shown).size == picture().size
    assert studio.scene.inbox(talk.bob) == [(talk.bobs, "look")]
    assert studio.told(talk.alice) == [] and studio.events("message.incomplete") == []
    assert studio.statuses(talk) == ["delivered"]
    assert studio.left() == []
    studio.wash(CHECK)
    assert studio.kept() == {} and studio.attached() == []


CLEANED: dict[str, Callable[[], bytes]] = {**IMAGES, "card": lambda: CARD, "voice": lambda: AMR}


@pytest.mark.parametrize("name", [*CLEANED, *TAILS])
def test_no_canary_comes_out(studio: Studio, name: str) -> None:
    talk, made = studio.open(), CLEANED[name]() if name in CLEANED else jpeg() + TAILS[name]
    assert name == "voice" or leaks(made, CANARY), "the sample must carry what is looked for"
    studio.snap(talk, made, kind="application/octet-stream")
    studio.deliver()
    ((body, (shown,)),) = studio.got(talk.bob)
    assert body == "" and shown and not leaks(shown, CANARY)
    assert studio.told(talk.alice) == []


REFUSED: dict[str, bytes] = {
    "HEIC": HEIC, "SVG": SVG, "ZIP": ZIP, "nothing": b"", "10,000 x 10,000": bare_png(10_000, 10_000),
    "cut off": jpeg()[:400], "a card of numbers alone": CARD.replace(b"N:Doe;Jane;;;", b"").replace(b"FN:Jane Doe", b"")
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_cleaned_is_left_out_and_the_sender_told(studio: Studio, name: str) -> None:
    talk = studio.open()
    studio.snap(talk, REFUSED[name], body="see this")
    studio.deliver()
    assert studio.got(talk.bob) == [("see this", [])]
    assert studio.scene.inbox(talk.alice) == [(talk.alices, LOST)]
    assert [one["lost"] for one in studio.events("message.incomplete")] == [1]
    studio.wash(CHECK)
    studio.deliver()
    assert studio.told(talk.alice) == [LOST]
    assert studio.kept() == {} and studio.attached() == [] and studio.left() == []


def test_what_is_left_of_several_goes(studio: Studio) -> None:
    talk = studio.open()
    studio.snap(talk, jpeg(), HEIC, png(), SVG, body="four")
    studio.deliver()
    ((body, shown),) = studio.got(talk.bob)
    assert body == "four" and [opened(one).format for one in shown] == ["JPEG", "PNG"]
    assert studio.told(talk.alice) == [LOST]
    assert [one["lost"] for one in studio.events("message.incomplete")] == [2]


def test_a_message_of_which_nothing_is_left(studio: Studio) -> None:
    talk = studio.open()
    studio.snap(talk, HEIC)
    studio.deliver()
    assert studio.got(talk.bob) == [] and studio.told(talk.alice) == [LOST]
    notice, first = sorted(talk.session.interactions.list(), key=lambda one: bool(one.inbound_participant_sid))
    assert first.outbound_resource_status == "failed"
    assert (notice.inbound_participant_sid, notice.outbound_resource_status) == (None, "delivered")
    assert notice.outbound_participant_sid == first.inbound_participant_sid
    assert studio.left() == []


def test_the_files_of_a_message_share_what_the_carrier_takes(studio: Studio) -> None:
    noise = saved(Image.merge("RGB", [Image.effect_noise((1100, 1100), 90) for _ in range(3)]), "PNG")
    assert len(noise) > 2_500_000
    talk = studio.open()
    studio.snap(talk, noise, noise, noise)
    studio.deliver()
    ((_, shown),) = studio.got(talk.bob)
    assert len(shown) == 3 and sum(map(len, shown)) <= studio.rt.part(rules).limits.bytes_out


def test_a_text_that_came_as_a_file_joins_the_body(studio: Studio) -> None:
    talk = studio.open()
    studio.snap(talk, "and more: ünï".encode(), body="first", kind="text/plain")
    studio.snap(talk, b"alone", kind="text/plain; charset=utf-8")
    studio.deliver()
    assert studio.got(talk.bob) == [("first\nand more: ünï", []), ("alone", [])]
    assert studio.kept() == {}
    assert [one.data for one in talk.session.interactions.list()][1].startswith('{"body":"alone"')


@pytest.mark.parametrize(("mode", "body"), [("mask", "call me: ████████████"), ("block", "call me:")])
def test_the_content_policy_sees_it(studio: Studio, mode: str, body: str) -> None:
    studio.scene.set(ContentPhone=mode)
    talk = studio.open()
    studio.snap(talk, b"+14155550123", body="call me:", kind="text/plain")
    studio.deliver()
    ((shown, files),) = studio.got(talk.bob)
    assert "4155550123" not in shown.replace(" ", "") and shown.startswith("call me:") and files == []
    assert (shown == "call me:") == (mode == "block")
    assert bool(studio.told(talk.alice)) == (mode == "block")


def test_a_text_too_long_is_left_out(studio: Studio) -> None:
    talk = studio.open()
    studio.snap(talk, b"x" * 1600, body="here", kind="text/plain")
    studio.deliver()
    assert studio.got(talk.bob) == [("here", [])] and studio.told(talk.alice) == [LOST]


def test_the_sender_is_told_in_their_own_words(studio: Studio) -> None:
    talk = studio.open()
    studio.scene.set(Language="de")
    studio.snap(talk, HEIC, body="x")
    studio.deliver()
    assert studio.told(talk.alice) == [LOST], "a number of the United States reads English"


def test_a_number_that_carries_no_files(studio: Studio) -> None:
    """The carrier would refuse the message as a whole."""
    pool = [studio.scene.number(capabilities={"mms": False, "voice": True}) for _ in range(2)]
    service = studio.scene.client.proxy.v1.services(studio.scene.sid)
    for number in pool:
        service.phone_numbers.create(phone_number=number)
    people = [{"Identifier": studio.scene.person(), "ProxyIdentifier": number} for number in pool]
    session = service.sessions(service.sessions.create(participants=[json.dumps(one) for one in people]).sid)
    (alice, bob), (alices, bobs) = [one["Identifier"] for one in people], pool
    talk = Talk(session, alice, bob, alices, bobs, session.participants.list()[1].sid)
    studio.snap(talk, jpeg(), body="look")
    studio.snap(talk, b"and read", body="first", kind="text/plain")
    studio.deliver()
    assert studio.got(bob) == [("look", []), ("first\nand read", [])]
    assert studio.told(alice) == [LOST]


@pytest.mark.parametrize("policy", ["continue", "block"])
def test_the_app_is_asked_first(studio: Studio, policy: str) -> None:
    """Nobody answers there."""
    studio.scene.set(InterceptCallbackUrl="http://127.0.0.1:9/", OnInterceptFailure=policy)
    talk = studio.open()
    studio.snap(talk, jpeg(), body="look")
    studio.deliver()
    assert [(body, len(files)) for body, files in studio.got(talk.bob)] == [("look", 1)][: policy == "continue"]
    studio.wash(CHECK)
    assert studio.attached() == [] and studio.kept() == {} and LOST not in studio.told(talk.alice)


def test_a_text_alone_goes_as_ever(studio: Studio) -> None:
    talk = studio.open()
    twiml = studio.scene.text(talk.alice, talk.alices, "hello")
    assert f'to="{talk.bob}"' in twiml and studio.attached() == []
    assert studio.told(talk.bob) == ["hello"]


LAYOUT = b"<smil><body><par><img src='a.jpg'/><text src='a.txt'/></par></body></smil>"


@pytest.mark.parametrize(("kind", "part"), [
    ("application/smil", LAYOUT), ("Application/SMIL; charset=utf-8", LAYOUT), ("application/octet-stream", LAYOUT),
    ("application/vnd.wap.multipart.related", b"\0"), ("text/plain", b""), ("text/plain", b" \r\n"),
])  # fmt: skip
def test_a_part_without_content_is_not_missed(studio: Studio, kind: str, part: bytes) -> None:
    talk = studio.open()
    whole = [studio.shot(jpeg(), "image/jpeg"), studio.shot(part, kind)]
    studio.scene.sim("POST", "/text?wait=1", **{"from": talk.alice, "to": talk.alices, "body": "look", "media": whole})
    studio.deliver()
    ((body, shown),) = studio.got(talk.bob)
    assert body == "look" and [opened(one).format for one in shown] == ["JPEG"]
    assert studio.told(talk.alice) == [] and studio.events("message.incomplete") == []


def test_a_layout_alone_leaves_a_text_the_short_way(studio: Studio) -> None:
    talk = studio.open()
    studio.snap(talk, LAYOUT, body="only words", kind="application/smil")
    assert studio.got(talk.bob) == [("only words", [])]
    assert studio.told(talk.alice) == [] and studio.attached() == []
