"""What is never relayed is at the carrier all the same, and is emptied there."""

from __future__ import annotations

import pytest

from tests.jobs.redaction.shredder import AFTER, PAST, Shredder


@pytest.mark.parametrize("body", ["", "   "])
def test_refused_before_anybody_looked_at_it(shredder: Shredder, body: str) -> None:
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.text(talk, body)
    assert len(shredder.left()) == 1
    shredder.work(PAST)
    assert shredder.left() == []


@pytest.mark.parametrize("case", ["stranger", "closed", "STOP", "UNSTOP", "opted out", "blocked", "own number"])
def test_what_was_never_relayed(shredder: Shredder, case: str) -> None:
    """Its text is at the carrier all the same. What we say ourselves stays there: it is nobody's text."""
    shredder.ask_for_it()
    talk = shredder.scene.open()
    sender, body = talk.alice, f"I am {case}"
    if case == "stranger":
        sender = shredder.scene.person()
    elif case == "closed":
        talk.session.update(status="closed")
    elif case in ("STOP", "UNSTOP"):
        body = case
    elif case == "opted out":
        shredder.scene.post(shredder.scene.form(talk.bob, talk.bobs, "STOP"))
    elif case == "blocked":
        shredder.scene.set(ContentEmail="block")
        body = "write to ann@example.com"
    elif case == "own number":
        sender = talk.bobs
    shredder.scene.text(sender, talk.alices, body)
    said = [text for way, text in shredder.copies() if way != "inbound"]
    assert ("inbound", body) in shredder.copies()
    kept = case in ("opted out", "blocked")
    assert len(shredder.shown(talk)) == kept
    shredder.work(AFTER - 1)
    assert ("inbound", body) in shredder.copies()
    shredder.work(2)
    assert ("inbound", body) not in shredder.copies() and ("inbound", "") in shredder.copies()
    assert [text for way, text in shredder.copies() if way != "inbound"] == said
    if kept:
        assert shredder.states(talk) == ("redacted", None)
    if case != "opted out":
        assert shredder.left() == []
