"""The carrier's copies: kept, or deleted behind a message that is over."""

from __future__ import annotations

import pytest

from media.rules import Rules, rules
from tests.media.cleaning.samples import jpeg, png
from tests.outbox.attachments.studio import CHECK, Studio
from tests.proxy.webhooks.faulty import carrier_with

# Slow: reads the carrier's copies until they are deleted.
pytestmark = pytest.mark.slow


def sent(studio: Studio) -> tuple[str, str]:
    """A message of two files, delivered: the carrier's SIDs of both its legs."""
    talk = studio.open()
    inbound = studio.snap(talk, jpeg(), png(), body="look")
    studio.deliver()
    (one,) = talk.session.interactions.list()
    assert one.outbound_resource_status == "delivered"
    return inbound, str(one.outbound_resource_sid)


def test_they_stay_unless_the_service_says_otherwise(studio: Studio) -> None:
    inbound, outbound = sent(studio)
    studio.wash(CHECK)
    assert studio.attached() == []
    assert len(studio.copies(inbound)) == len(studio.copies(outbound)) == 2


def test_they_go_once_the_message_is_over(studio: Studio) -> None:
    assert studio.scene.set(DeleteMedia="true").json()["delete_media"] is True
    inbound, outbound = sent(studio)
    assert len(studio.copies(inbound)) == 2
    studio.wash(CHECK)
    assert studio.copies(inbound) == studio.copies(outbound) == [] and studio.attached() == []


def test_not_before_it_is_over(studio: Studio) -> None:
    studio.scene.set(DeleteMedia="true")
    studio.scene.sim("POST", "/faults", drop_status_callbacks=True)
    talk = studio.open()
    inbound = studio.snap(talk, jpeg(), body="look")
    studio.deliver()
    studio.wash(CHECK, 60)
    assert len(studio.copies(inbound)) == 1
    (one,) = talk.session.interactions.list()
    studio.tell(one.sid, one.outbound_resource_sid, "undelivered")
    studio.wash(120)
    assert studio.copies(inbound) == studio.copies(one.outbound_resource_sid) == []


@pytest.mark.parametrize("do", ["429", "500", "503", "reset", "accept-then-reset", "accept-then-500"])
def test_tried_until_it_is_done(studio: Studio, do: str) -> None:
    studio.scene.set(DeleteMedia="true")
    inbound, outbound = sent(studio)
    studio.fault(do, method="DELETE", count=3)
    studio.wash(CHECK, 61, 301, 901)
    assert studio.copies(inbound) == studio.copies(outbound) == [] and studio.attached() == []


def test_what_is_gone_is_deleted(studio: Studio) -> None:
    studio.scene.set(DeleteMedia="true")
    inbound, outbound = sent(studio)
    studio.scene.client.messages(inbound).delete()
    studio.wash(CHECK)
    assert studio.copies(outbound) == [] and studio.attached() == []


def test_it_is_given_up_in_the_end(studio: Studio) -> None:
    studio.scene.set(DeleteMedia="true")
    studio.rt.replace_part(rules, Rules(most_clears=3))
    inbound, _ = sent(studio)
    with carrier_with(studio.scene.stack, lambda how, path: "before" if how == "DELETE" else None):
        studio.wash(CHECK, 61, 301)
    assert studio.attached() == [] and studio.copies(inbound)


def test_the_apps_own_file_too(studio: Studio) -> None:
    studio.scene.set(DeleteMedia="true")
    talk = studio.open()
    people = talk.session.participants(talk.bob_sid)
    made = people.message_interactions.create(media_url="https://pictures.example/a.jpg")
    studio.deliver()
    sid = made.fetch().outbound_resource_sid
    assert len(studio.copies(sid)) == 1
    studio.wash(CHECK)
    assert studio.copies(sid) == [] and studio.attached() == []


@pytest.mark.parametrize("how", ["interaction", "service"])
def test_what_was_deleted_here_goes_there_as_well(studio: Studio, how: str) -> None:
    studio.scene.set(DeleteMedia="true")
    talk = studio.open()
    inbound = studio.snap(talk, jpeg(), body="look")
    studio.deliver()
    (one,) = talk.session.interactions.list()
    if how == "interaction":
        talk.session.interactions(one.sid).delete()
    else:
        studio.scene.service.delete()
    studio.wash()
    assert studio.copies(inbound) == studio.copies(one.outbound_resource_sid) == [] and studio.attached() == []
