"""A text that the carrier divides into several messages is emptied in each of them."""

from __future__ import annotations

import pytest

from tests.jobs.redaction.shredder import AFTER, PAST, Shredder

# Slow: plays the whole life of long texts at the carrier.
pytestmark = pytest.mark.slow

LONG = "".join(f"{n} sheep " for n in range(400))


def test_a_text_in_several_messages(shredder: Shredder) -> None:
    """We know the last one's SID alone; the others have its first words, from the same number to the same phone."""
    shredder.ask_for_it()
    talk, other = shredder.scene.open(), shredder.scene.open()
    shredder.text(talk, LONG)
    assert len(shredder.texts()) == 4 and all(shredder.texts())
    shredder.clock.advance(10)
    shredder.text(other, LONG)
    shredder.text(talk, "and so on")
    shredder.work(AFTER - 9)
    assert shredder.shown(talk)[0]["outbound_redaction"] == "redacted"
    bobs, others = shredder.sent(talk.bob), shredder.sent(other.bob)
    assert list(bobs.values()) == ["", "", "", "and so on"] and all(others.values()) and len(others) == 3
    assert "".join(body for _, body in shredder.scene.inbox(talk.bob)[:3]) == LONG


def test_a_text_that_the_outbox_sent_in_several_messages(shredder: Shredder) -> None:
    """Somebody may have written the same: only what went out for this one is emptied."""
    shredder.ask_for_it()
    shredder.scene.set(Delivery="send")
    talk = shredder.scene.open()
    shredder.text(talk, LONG)
    for _ in range(4):
        shredder.clock.advance(30)
        shredder.send()
    assert "".join(body for _, body in shredder.scene.inbox(talk.bob)) == LONG
    shredder.work(PAST)
    assert set(shredder.texts()) == {""} and shredder.states(talk) == ("redacted", "redacted")
    shredder.scene.set(Delivery="auto")


def test_a_long_text_of_which_only_a_part_went_out(shredder: Shredder) -> None:
    shredder.ask_for_it()
    shredder.scene.set(Delivery="send")
    talk = shredder.scene.open()
    shredder.text(talk, LONG)
    shredder.send()
    first = [sid for sid, body in shredder.sent(talk.bob).items() if body]
    assert len(first) == 1
    talk.session.update(status="closed")
    shredder.clock.advance(30)
    shredder.send()
    shredder.work(PAST)
    assert shredder.sent(talk.bob) == {first[0]: ""} and shredder.left() == []
    shredder.scene.set(Delivery="auto")


def test_a_text_in_several_messages_that_does_not_open(shredder: Shredder) -> None:
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.text(talk, LONG)
    shredder.spoil(shredder.one(talk).sid)
    shredder.work(PAST)
    bobs = list(shredder.sent(talk.bob).values())
    assert bobs[-1] == "" and all(bobs[:-1]) and shredder.left() == []
