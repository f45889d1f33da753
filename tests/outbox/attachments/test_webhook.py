"""The media fields of the carrier's webhook are read strictly; a media URL at another server is never requested."""

from __future__ import annotations

import re
from base64 import b64encode

import pytest

from common.sids import new
from tests.outbox.attachments.elsewhere import elsewhere
from tests.outbox.attachments.harness import LOST, AttachmentsHarness
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Conversation, sign


def form(harness: AttachmentsHarness, conversation: Conversation, *urls: str) -> dict[str, str]:
    fields = harness.webhooks.message_form(conversation.alice, conversation.alices, "look", media=len(urls))
    for n, url in enumerate(urls):
        fields |= {f"MediaUrl{n}": url.format(**fields), f"MediaContentType{n}": "image/jpeg"}
    return fields


OURS = "https://api.twilio.com/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/ME" + "a" * 32


def test_a_whole_form_is_taken(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    assert harness.webhooks.post(form(harness, conversation, OURS, OURS)).text.endswith("<Response/>")
    assert len(harness.waiting()) == 1


@pytest.mark.parametrize("change", [
    {"MediaUrl0": "https://a b"}, {"MediaUrl0": "x" * 2049}, {"MediaContentType1": "a\nb"},
    {"MediaContentType1": "x" * 256},
])  # fmt: skip
def test_a_form_that_is_not(harness: AttachmentsHarness, change: dict[str, str | None]) -> None:
    conversation, before = harness.outbox.open(), harness.webhooks.writes()
    fields = {
        name: value
        for name, value in {**form(harness, conversation, OURS, OURS), **change}.items()
        if value is not None
    }
    assert harness.webhooks.post(fields).status_code == 403
    assert harness.webhooks.writes() == before


def test_a_border_moved_under_a_genuine_signature(harness: AttachmentsHarness) -> None:
    fields = form(harness, harness.outbox.open(), OURS)
    genuine = sign(harness.webhooks.url(), list(fields.items()))
    url = fields.pop("MediaUrl0")
    moved = {**fields, "MediaUrl": "0" + url}
    assert sign(harness.webhooks.url(), list(moved.items())) == genuine
    assert harness.webhooks.post(moved, signature=genuine).status_code == 403
    twice = [*fields.items(), ("MediaUrl0", url), ("MediaUrl0", url)]
    assert harness.webhooks.post(twice).status_code == 403


@pytest.mark.parametrize("path", [
    "/a.jpg", "/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/ME" + "a" * 32,
    "/2010-04-01/Accounts/AC" + "9" * 32 + "/Messages/{MessageSid}/Media/ME" + "a" * 32,
    "/2010-04-01/Accounts/{AccountSid}/Messages/MM" + "9" * 32 + "/Media/ME" + "a" * 32,
    "/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/ME" + "a" * 32 + "/../../x",
    "/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/ME" + "a" * 32 + "?x=",
])  # fmt: skip
def test_an_address_elsewhere_is_never_asked(harness: AttachmentsHarness, path: str) -> None:
    conversation = harness.outbox.open()
    with elsewhere() as place:
        assert harness.webhooks.post(form(harness, conversation, place.url + path)).status_code == 200
        harness.run_job(181)
        harness.run_all_jobs()
        assert place.asked == []
    assert harness.received(conversation.bob) == [("look", [])] and harness.outbox.received(conversation.alice) == [
        LOST
    ]


def test_nothing_of_an_address_is_kept_in_clear(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    url = f"https://x.example/{conversation.alice}/{new('ME')}"
    harness.webhooks.post(form(harness, conversation, url))
    client = harness.rt.store.client
    kept = b"".join(client.dump(key) or b"" for key in client.scan_iter("*"))
    credentials = b64encode(f"{ACCOUNT}:{TOKEN}".encode())
    for secret in (conversation.alice[2:].encode(), b"x.example", credentials):
        assert not re.search(re.escape(secret), kept)
