"""The carrier's copies of files are kept, or are deleted after the message is over."""

from __future__ import annotations

import pytest

from media.rules import Rules, rules
from tests.media.cleaning.samples import jpeg, png
from tests.outbox.attachments.harness import CHECK, AttachmentsHarness
from tests.support.faulty_carrier import carrier_with

# Slow: reads the carrier's copies until they are deleted.
pytestmark = pytest.mark.slow


def sent(harness: AttachmentsHarness) -> tuple[str, str]:
    """Delivers a message with two files. Returns the carrier's SIDs of the inbound and the outbound message."""
    conversation = harness.outbox.open()
    inbound = harness.send_files(conversation, jpeg(), png(), body="look")
    harness.run_all_jobs()
    (one,) = conversation.session.interactions.list()
    assert one.outbound_resource_status == "delivered"
    return inbound, str(one.outbound_resource_sid)


def test_they_stay_unless_the_service_says_otherwise(harness: AttachmentsHarness) -> None:
    inbound, outbound = sent(harness)
    harness.run_job(CHECK)
    assert harness.waiting() == []
    assert len(harness.carrier_copies(inbound)) == len(harness.carrier_copies(outbound)) == 2


def test_they_go_once_the_message_is_over(harness: AttachmentsHarness) -> None:
    assert harness.webhooks.set_fields(DeleteMedia="true").json()["delete_media"] is True
    inbound, outbound = sent(harness)
    assert len(harness.carrier_copies(inbound)) == 2
    harness.run_job(CHECK)
    assert harness.carrier_copies(inbound) == harness.carrier_copies(outbound) == [] and harness.waiting() == []


def test_not_before_it_is_over(harness: AttachmentsHarness) -> None:
    harness.webhooks.set_fields(DeleteMedia="true")
    harness.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    conversation = harness.outbox.open()
    inbound = harness.send_files(conversation, jpeg(), body="look")
    harness.run_all_jobs()
    harness.run_job(CHECK, 60)
    assert len(harness.carrier_copies(inbound)) == 1
    (one,) = conversation.session.interactions.list()
    harness.outbox.post_status(one.sid, one.outbound_resource_sid, "undelivered")
    harness.run_job(120)
    assert harness.carrier_copies(inbound) == harness.carrier_copies(one.outbound_resource_sid) == []


@pytest.mark.parametrize("do", ["429", "500", "503", "reset", "accept-then-reset", "accept-then-500"])
def test_tried_until_it_is_done(harness: AttachmentsHarness, do: str) -> None:
    harness.webhooks.set_fields(DeleteMedia="true")
    inbound, outbound = sent(harness)
    harness.outbox.fault(do, method="DELETE", count=3)
    harness.run_job(CHECK, 61, 301, 901)
    assert harness.carrier_copies(inbound) == harness.carrier_copies(outbound) == [] and harness.waiting() == []


def test_what_is_gone_is_deleted(harness: AttachmentsHarness) -> None:
    harness.webhooks.set_fields(DeleteMedia="true")
    inbound, outbound = sent(harness)
    harness.webhooks.client.messages(inbound).delete()
    harness.run_job(CHECK)
    assert harness.carrier_copies(outbound) == [] and harness.waiting() == []


def test_it_is_given_up_in_the_end(harness: AttachmentsHarness) -> None:
    harness.webhooks.set_fields(DeleteMedia="true")
    harness.rt.replace_part(rules, Rules(max_clear_tries=3))
    inbound, _ = sent(harness)
    with carrier_with(harness.webhooks.stack, lambda how, path: "before" if how == "DELETE" else None):
        harness.run_job(CHECK, 61, 301)
    assert harness.waiting() == [] and harness.carrier_copies(inbound)


def test_the_apps_own_file_too(harness: AttachmentsHarness) -> None:
    harness.webhooks.set_fields(DeleteMedia="true")
    conversation = harness.outbox.open()
    people = conversation.session.participants(conversation.bob_sid)
    made = people.message_interactions.create(media_url="https://pictures.example/a.jpg")
    harness.run_all_jobs()
    sid = made.fetch().outbound_resource_sid
    assert len(harness.carrier_copies(sid)) == 1
    harness.run_job(CHECK)
    assert harness.carrier_copies(sid) == [] and harness.waiting() == []


@pytest.mark.parametrize("how", ["interaction", "service"])
def test_what_was_deleted_here_goes_there_as_well(harness: AttachmentsHarness, how: str) -> None:
    harness.webhooks.set_fields(DeleteMedia="true")
    conversation = harness.outbox.open()
    inbound = harness.send_files(conversation, jpeg(), body="look")
    harness.run_all_jobs()
    (one,) = conversation.session.interactions.list()
    if how == "interaction":
        conversation.session.interactions(one.sid).delete()
    else:
        harness.webhooks.service.delete()
    harness.run_job()
    assert (
        harness.carrier_copies(inbound) == harness.carrier_copies(one.outbound_resource_sid) == []
        and harness.waiting() == []
    )
