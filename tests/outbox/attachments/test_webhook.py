"""The carrier's fields of media, read strictly; and an address elsewhere, which nobody asks."""

from __future__ import annotations

import re
from base64 import b64encode

import pytest

from common.sids import new
from tests.outbox.attachments.elsewhere import elsewhere
from tests.outbox.attachments.studio import LOST, Studio
from tests.proxy.webhooks.scene import Talk, sign
from tests.support.stack import ACCOUNT, TOKEN


def form(studio: Studio, talk: Talk, *urls: str) -> dict[str, str]:
    fields = studio.scene.form(talk.alice, talk.alices, "look", media=len(urls))
    for n, url in enumerate(urls):
        fields |= {f"MediaUrl{n}": url.format(**fields), f"MediaContentType{n}": "image/jpeg"}
    return fields


OURS = "https://api.twilio.com/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/ME" + "a" * 32


def test_a_whole_form_is_taken(studio: Studio) -> None:
    talk = studio.open()
    assert studio.scene.post(form(studio, talk, OURS, OURS)).text.endswith("<Response/>")
    assert len(studio.attached()) == 1


@pytest.mark.parametrize("change", [
    {"MediaUrl0": "https://a b"}, {"MediaUrl0": "x" * 2049}, {"MediaContentType1": "a\nb"},
    {"MediaContentType1": "x" * 256},
])  # fmt: skip
def test_a_form_that_is_not(studio: Studio, change: dict[str, str | None]) -> None:
    talk, before = studio.open(), studio.scene.writes()
    fields = {name: value for name, value in {**form(studio, talk, OURS, OURS), **change}.items() if value is not None}
    assert studio.scene.post(fields).status_code == 403
    assert studio.scene.writes() == before


def test_a_border_moved_under_a_genuine_signature(studio: Studio) -> None:
    fields = form(studio, studio.open(), OURS)
    genuine = sign(studio.scene.url(), list(fields.items()))
    url = fields.pop("MediaUrl0")
    moved = {**fields, "MediaUrl": "0" + url}
    assert sign(studio.scene.url(), list(moved.items())) == genuine
    assert studio.scene.post(moved, signature=genuine).status_code == 403
    twice = [*fields.items(), ("MediaUrl0", url), ("MediaUrl0", url)]
    assert studio.scene.post(twice).status_code == 403


@pytest.mark.parametrize("path", [
    "/a.jpg", "/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/ME" + "a" * 32,
    "/2010-04-01/Accounts/AC" + "9" * 32 + "/Messages/{MessageSid}/Media/ME" + "a" * 32,
    "/2010-04-01/Accounts/{AccountSid}/Messages/MM" + "9" * 32 + "/Media/ME" + "a" * 32,
    "/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/ME" + "a" * 32 + "/../../x",
    "/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/ME" + "a" * 32 + "?x=",
])  # fmt: skip
def test_an_address_elsewhere_is_never_asked(studio: Studio, path: str) -> None:
    talk = studio.open()
    with elsewhere() as place:
        assert studio.scene.post(form(studio, talk, place.url + path)).status_code == 200
        studio.wash(181)
        studio.deliver()
        assert place.asked == []
    assert studio.got(talk.bob) == [("look", [])] and studio.told(talk.alice) == [LOST]


def test_nothing_of_an_address_is_kept_in_clear(studio: Studio) -> None:
    talk = studio.open()
    url = f"https://x.example/{talk.alice}/{new('ME')}"
    studio.scene.post(form(studio, talk, url))
    client = studio.rt.store.client
    kept = b"".join(client.dump(key) or b"" for key in client.scan_iter("*"))
    credentials = b64encode(f"{ACCOUNT}:{TOKEN}".encode())
    for secret in (talk.alice[2:].encode(), b"x.example", credentials):
        assert not re.search(re.escape(secret), kept)
