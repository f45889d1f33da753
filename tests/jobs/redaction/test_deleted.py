"""What is deleted here goes at the carrier at once: nobody would know of it any more."""

from __future__ import annotations

import pytest

from erasure.services import retire
from jobs import recurring
from outbox import run as outbox
from storage import keys
from tests.jobs.redaction.shredder import PAST, Shredder
from tests.support.stack import ACCOUNT

# Slow: plays the whole life of Services that are deleted.
pytestmark = pytest.mark.slow


DAY = 86_400


@pytest.mark.parametrize("what", ["interaction", "session", "service"])
def test_what_is_deleted_here_goes_at_once(shredder: Shredder, what: str) -> None:
    shredder.ask_for_it(DAY)
    talk = shredder.scene.open()
    shredder.text(talk, "hello")
    shredder.scene.text(shredder.scene.person(), talk.alices, "a stranger's")
    shredder.work(PAST)
    assert "" not in shredder.texts()
    if what == "interaction":
        next(iter(talk.session.interactions.list())).delete()
    elif what == "session":
        talk.session.delete()
    else:
        shredder.scene.service.delete()
    rt = shredder.scene.stack.runtime
    assert not retire(rt, ACCOUNT, shredder.scene.sid)
    shredder.work(0)
    kept = ["a stranger's"] if what != "service" else []
    assert [text for way, text in shredder.copies() if text and way == "inbound"] == kept
    assert "hello" not in shredder.texts() and len(shredder.left()) == len(kept)


def test_a_deleted_service_stays_until_the_carrier_has_forgotten(shredder: Shredder) -> None:
    """Of more Sessions than one script deletes; the last one's message is still under way for all we know."""
    shredder.ask_for_it(DAY)
    shredder.text(shredder.scene.open(), "hello")
    for _ in range(101):
        shredder.scene.service.sessions.create()
    talk = shredder.scene.open()
    shredder.silence()
    shredder.text(talk, "last")
    shredder.tell(shredder.one(talk).sid, next(iter(shredder.sent(talk.bob))), "sent")
    shredder.mend()
    rt = shredder.scene.stack.runtime
    shredder.scene.service.delete()
    # As if all that happened were recorded: that alone would keep it.
    rt.store.client.delete(keys.events(shredder.scene.sid))
    shredder.fault(("rest:messages", "503"), method="POST")
    shredder.work(0)
    assert len(shredder.left()) == 4 and not retire(rt, ACCOUNT, shredder.scene.sid)
    shredder.mend()
    shredder.work(200)
    assert shredder.left() == [] and set(shredder.texts()) == {""}
    rt.store.client.delete(keys.events(shredder.scene.sid))
    assert retire(rt, ACCOUNT, shredder.scene.sid)


def test_deleted_before_the_carrier_named_it(shredder: Shredder) -> None:
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.silence()
    shredder.text(talk, "hello")
    one, (sid,) = shredder.one(talk), shredder.sent(talk.bob)
    one.delete()
    shredder.tell(one.sid, sid, "delivered")
    shredder.work(0)
    assert shredder.texts() == ["", ""] and shredder.left() == []


def test_deleted_while_it_is_sent(shredder: Shredder) -> None:
    """The answer comes when nobody knows of the message any more."""
    shredder.ask_for_it()
    talk = shredder.scene.open()
    rt = shredder.scene.stack.runtime
    shredder.scene.sim("POST", "/faults", drop_status_callbacks=True)
    made = talk.session.participants(talk.bob_sid).message_interactions.create(body="hello")

    def delete(name: str) -> None:
        if name == "after_post":
            talk.session.interactions(made.sid).delete()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rt, "failpoint", delete)
        recurring.send()
        assert rt.part(outbox.OutboxWorker).wait(30)
    assert shredder.texts() == ["hello"]
    shredder.work(0)
    assert shredder.texts() == [""] and shredder.left() == []


def test_a_deletion_where_nobody_asked_for_it(shredder: Shredder) -> None:
    talk = shredder.scene.open()
    shredder.text(talk, "hello")
    talk.session.delete()
    shredder.work(DAY)
    assert shredder.texts() == ["hello"] * 2 and shredder.left() == []
