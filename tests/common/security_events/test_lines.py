"""Each refusal is one security event, without values of the request, and a flood is counted but not written."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import requests

from callbacks.http.http_client import HttpClient
from callbacks.http.response import RequestFailed
from callbacks.refused_targets import noting
from common import security_events
from common.client_address import ClientAddress
from common.logs import _formatter
from common.security_events import PER_MINUTE, Kind, SecurityEvents
from common.sids import new
from proxy.api.logins import Logins
from services.accounts import Principal
from services.api_keys import add_key
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import WebhookHarness

Lines = Callable[[], list[dict[str, Any]]]
SECRET = "a-guess-that-must-not-be-logged"


@pytest.fixture(autouse=True)
def fresh(harness: WebhookHarness) -> SecurityEvents:
    """No line has been written in this minute."""
    events = SecurityEvents(harness.stack.runtime)
    harness.stack.runtime.replace_part(SecurityEvents, events)
    return events


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """The facts of each line so far. Both formats are checked for the secret and for the client's address."""
    caplog.set_level(logging.WARNING, "maskline.security")

    def read() -> list[dict[str, Any]]:
        found = [record for record in caplog.records if record.name == "maskline.security"]
        for record in found:
            for shape in ("text", "json"):
                line = _formatter(shape).format(record)
                assert SECRET not in line and "127.0.0.1" not in line and "+1510" not in line
            assert json.loads(_formatter("json").format(record))["event"] == "security"
        return [vars(record)["facts"] for record in found]

    return read


def api(harness: WebhookHarness, method: str, path: str, auth: tuple[str, str] | None, **form: str) -> int:
    url = f"{harness.stack.url}/proxy/v1{path}"
    return requests.request(method, url, auth=auth, data=form, timeout=30).status_code


def test_credentials(harness: WebhookHarness, lines: Lines) -> None:
    assert api(harness, "GET", "/Services", None) == 401
    assert api(harness, "GET", "/Services", (ACCOUNT, SECRET)) == 401
    missing, wrong = lines()
    assert (missing["outcome"], wrong["outcome"]) == (Kind.NO_CREDENTIALS, Kind.WRONG_CREDENTIALS)
    assert missing["client"] == wrong["client"] and missing["network"] == "loopback"
    assert api(harness, "GET", "/Services", (ACCOUNT, TOKEN)) == 200
    assert len(lines()) == 2


def test_a_login_is_told_once_an_hour(harness: WebhookHarness, caplog: pytest.LogCaptureFixture) -> None:
    """The first request with right credentials; a key that is used from elsewhere is a line of its own."""
    rt = harness.stack.runtime
    logins, clock = Logins(rt), [1000.0]
    logins.now = lambda: clock[0]
    rt.replace_part(Logins, logins)
    caplog.set_level(logging.INFO, "maskline.security")
    key = add_key(rt, ACCOUNT, "read-only", "auditor")

    def told(user: str = ACCOUNT, password: str = TOKEN) -> list[dict[str, Any]]:
        caplog.clear()
        assert api(harness, "GET", "/Services", (user, password)) == 200
        found = [record for record in caplog.records if record.name == "maskline.security"]
        assert all(record.levelname == "INFO" and TOKEN not in str(vars(record)) for record in found)
        return [vars(record)["facts"] for record in found]

    (first,) = told()
    assert (first["outcome"], first["account"], first["reason"]) == ("login", ACCOUNT, "full")
    assert told() == []
    (by_key,) = told(*key)
    assert (by_key["key"], by_key["reason"], by_key["client"]) == (key[0], "read-only", first["client"])
    assert told(*key) == []
    clock[0] += 3600
    assert len(told()) == 1


def test_the_memory_of_logins_is_bounded(harness: WebhookHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.api.logins.MOST_REMEMBERED", 3)
    logins = Logins(harness.stack.runtime)
    principal = Principal(ACCOUNT, "full")
    assert all(logins.is_new(principal, f"10.0.0.{host}") for host in range(5))
    assert [logins.is_new(principal, f"10.0.0.{host}") for host in (4, 3, 2, 0)] == [False, False, False, True]


def test_a_write_with_a_read_only_key(harness: WebhookHarness, lines: Lines) -> None:
    key = add_key(harness.stack.runtime, ACCOUNT, "read-only", "auditor")
    assert api(harness, "GET", "/Services", key) == 200
    assert api(harness, "POST", "/Services", key, UniqueName=SECRET) == 403
    (line,) = lines()
    assert (line["outcome"], line["account"], line["key"]) == (Kind.READ_ONLY_WRITE, ACCOUNT, key[0])


def test_forged_webhooks(harness: WebhookHarness, lines: Lines) -> None:
    form = harness.message_form(harness.new_person(), harness.pool[0], SECRET)
    assert harness.post(form, signature="x" * 27 + "=").status_code == 403
    assert harness.post(form, url=harness.url().replace(harness.sid, new("KS"))).status_code == 403
    forged, stranger = lines()
    assert (forged["outcome"], forged["reason"], forged["service"]) == ("webhook-refused", "signature", harness.sid)
    # A Service that does not exist is the sender's own word.
    assert stranger["reason"] == "service" and "service" not in stranger


def test_urls_of_callbacks_and_media(harness: WebhookHarness, lines: Lines) -> None:
    own = f"{harness.stack.url}/webhooks/{SECRET}"
    path = f"/Services/{harness.sid}"
    assert api(harness, "POST", path, (ACCOUNT, TOKEN), CallbackUrl=own) == 400
    assert requests.get(f"{harness.stack.url}/media/{'x' * 22}/1/{SECRET}", timeout=30).status_code == 404
    callback, link = lines()
    assert (callback["outcome"], callback["reason"]) == (Kind.CALLBACK_URL_REFUSED, "callback_url")
    assert callback["account"] == ACCOUNT and link["outcome"] == Kind.MEDIA_LINK_REFUSED


def test_a_page_token_that_was_made_up(harness: WebhookHarness, lines: Lines) -> None:
    assert api(harness, "GET", f"/Services?PageToken={SECRET}", (ACCOUNT, TOKEN)) == 400
    assert [line["outcome"] for line in lines()] == [Kind.PAGE_TOKEN_REFUSED]


def test_a_host_that_leads_to_a_private_address(harness: WebhookHarness, lines: Lines) -> None:
    client = HttpClient(resolve=lambda *_: ["10.0.0.1"], on_refused=noting(harness.stack.runtime))
    with pytest.raises(RequestFailed):
        client.post(ACCOUNT, f"https://shop.example/{SECRET}", body=b"", headers={}, deadline_seconds=5)
    (line,) = lines()
    assert line == {"event": "security", "outcome": "target-refused", "account": ACCOUNT, "reason": "private_address"}


def test_a_flood_is_counted_and_not_written(harness: WebhookHarness, fresh: SecurityEvents, lines: Lines) -> None:
    """What was left out is in the next line of the kind, or, if none comes, in a line of its own beside another."""
    clock = [1000.0]
    fresh.now = lambda: clock[0]
    for _ in range(PER_MINUTE + 25):
        fresh.note(Kind.NO_CREDENTIALS)
        fresh.note(Kind.WEBHOOK_REFUSED, reason="signature")
    assert len(lines()) == 2 * PER_MINUTE
    clock[0] += 61
    fresh.note(Kind.NO_CREDENTIALS)
    told, last = lines()[2 * PER_MINUTE :]
    assert (told["outcome"], told["left_out"]) == (Kind.WEBHOOK_REFUSED, 25)
    assert (last["outcome"], last["left_out"]) == (Kind.NO_CREDENTIALS, 25)
    fresh.note(Kind.NO_CREDENTIALS)
    assert "left_out" not in lines()[-1]


def test_what_is_neither_a_sid_nor_a_word_of_ours_is_left_out(fresh: SecurityEvents, lines: Lines) -> None:
    fresh.note(Kind.WEBHOOK_REFUSED, service="+15105550000", account=ACCOUNT, reason=f"x {SECRET}")
    assert lines() == [{"event": "security", "outcome": "webhook-refused", "account": ACCOUNT}]


def test_an_address_in_clear_only_if_a_setting_allows_it(
    harness: WebhookHarness, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    rt, client = harness.stack.runtime, ClientAddress("198.51.100.7", "public")
    security_events.note(rt, Kind.NO_CREDENTIALS, client=client)
    monkeypatch.setattr(rt, "settings", replace(rt.settings, log_client_addresses=True))
    security_events.note(rt, Kind.NO_CREDENTIALS, client=client)
    hidden, shown = [vars(record)["facts"]["client"] for record in caplog.records]
    assert shown == "198.51.100.7" and "198" not in hidden and len(hidden) == 16
