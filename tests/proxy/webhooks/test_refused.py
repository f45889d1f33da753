"""A refused webhook is counted and logged, with the URL that we checked and the URL that the carrier signed."""

from __future__ import annotations

import logging

import pytest
import requests

from carrier.signature import url_variants
from common.sids import new
from proxy.webhooks import refusal_counter
from proxy.webhooks.refusal_counter import Reason
from storage.store import StoreUnavailable
from tests.support.webhooks import WebhookHarness, sign


@pytest.fixture(autouse=True)
def fresh(harness: WebhookHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starts without counts and warnings; every refusal is written at once."""
    harness.stack.runtime.store.client.delete("{ring}:refusals")
    found = refusal_counter.RefusalCounter(harness.stack.runtime)
    found.write_seconds = 0
    monkeypatch.setitem(harness.stack.runtime._parts, refusal_counter.RefusalCounter, found)


@pytest.fixture
def form(harness: WebhookHarness) -> dict[str, str]:
    conversation = harness.open()
    return harness.message_form(conversation.alice, conversation.alices, "hello")


def only(harness: WebhookHarness) -> refusal_counter.RefusalCount:
    (found,) = refusal_counter.read_counts(harness.stack.runtime.store)
    return found


def variants(url: str) -> dict[str, str]:
    """The real base URLs of operators whose PUBLIC_URL is wrongly `url`; `url` has scheme, host and port."""
    return {
        "https in front of us": url.replace("http://", "https://"),
        "https and no port": url.replace("http://", "https://").rpartition(":")[0],
        "www": url.replace("://", "://www."),
    }


def shown(url: str) -> str:
    """A number's URL without its token, as a warning shows it."""
    return url.rpartition("/")[0] + "/…"


@pytest.mark.parametrize("which", variants("http://mask.example:5000"))
def test_the_variant_that_the_carrier_signed_is_named(
    harness: WebhookHarness, form: dict[str, str], caplog: pytest.LogCaptureFixture, which: str
) -> None:
    """The carrier signs the exact URL that it has (Twilio, "Webhooks security"). The answer is still 403."""
    base = variants(harness.stack.url)[which]
    wrong = harness.url().replace(harness.stack.url, base)
    with caplog.at_level(logging.WARNING, "maskline.webhooks"):
        for _ in range(3):
            assert harness.post(form, signature=sign(wrong, list(form.items()))).status_code == 403
    (warning,) = [record.getMessage() for record in caplog.records if record.name == "maskline.webhooks"]
    found = only(harness)
    assert (found.reason, found.count) == (Reason.URL, 3)
    assert found.last_message in warning
    assert f"is not for {shown(harness.url())}, but for {shown(wrong)}" in warning
    assert harness.url().rpartition("/")[2] not in warning
    assert "PUBLIC_URL=" in warning and "flask numbers repoint --all" in warning
    for number in (form["From"], form["To"], form["From"][1:]):
        assert number not in warning
    assert harness.inbox(form["To"]) == []


def test_a_slash_and_a_host_that_the_request_came_by(harness: WebhookHarness, form: dict[str, str]) -> None:
    assert harness.post(form, signature=sign(f"{harness.url()}/", list(form.items()))).status_code == 403
    assert "but for that URL with a slash at its end" in only(harness).last_message
    wrong = harness.url().replace(harness.stack.url, "https://tunnel.example")
    headers = {"X-Twilio-Signature": sign(wrong, list(form.items())), "X-Forwarded-Host": "tunnel.example"}
    assert requests.post(harness.url(), form, headers=headers, timeout=30).status_code == 403
    assert "PUBLIC_URL=https://tunnel.example." in only(harness).last_message


def test_secrets_and_what_anybody_may_write_stay_out(harness: WebhookHarness, form: dict[str, str]) -> None:
    """A request without a valid signature may have a real number in its query, path or headers."""
    number, token = "+15105559876", "a-secret-token"
    url = f"{harness.stack.url}/webhooks/{harness.sid}/status/{number}/{token}?To={number}"
    headers = {"X-Twilio-Signature": "x" * 27 + "=", "X-Forwarded-Host": f"{number}.example"}
    assert requests.post(url, form, headers=headers, timeout=30).status_code == 403
    found = only(harness)
    assert found.reason == Reason.SIGNATURE
    assert f"{harness.stack.url}/webhooks/{harness.sid}/status/…/…, nor" in found.last_message
    assert (
        "auth token" in found.last_message and "5559876" not in found.last_message and token not in found.last_message
    )


@pytest.mark.parametrize("reason", ["unsigned", "service", "path", "form", "field", "account", "token"])
def test_every_refusal_has_its_reason(harness: WebhookHarness, form: dict[str, str], reason: str) -> None:
    pairs, url = list(form.items()), harness.url()
    if reason == "unsigned":
        answer = harness.post(form, signature=None)
    elif reason == "service":
        answer = harness.post(form, url=url.replace(harness.sid, new("KS")))
    elif reason == "path":
        assert requests.get(url, timeout=30).status_code == 405
        assert "POST" in only(harness).last_message
        answer = harness.post(form, url=f"{url}/")
        assert answer.status_code == 404
    elif reason == "form":
        answer = harness.post(form, kind="text/plain")
    elif reason == "field":
        answer = harness.post([pair for pair in pairs if pair[0] != "From"])
    elif reason == "account":
        answer = harness.post({**form, "AccountSid": new("AC")})
    else:
        status = {"AccountSid": form["AccountSid"], "MessageSid": new("SM"), "MessageStatus": "sent"}
        answer = harness.post(status, url=harness.url(f"status/{new('KI')}/made-up"))
    assert answer.status_code in (403, 404)
    found = only(harness)
    assert (found.reason, found.count) == (reason, 2 if reason == "path" else 1)
    assert form["From"] not in found.last_message and found.last_ms > 0
    assert "From" in found.last_message or reason != "field"


def test_floods_cost_neither_writes_nor_lines(
    harness: WebhookHarness, form: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    found = harness.stack.runtime.part(refusal_counter.RefusalCounter)
    found.write_seconds = refusal_counter.WRITE_SECONDS
    before = harness.writes()
    assert harness.post(form, signature="x" * 27 + "=").status_code == 403
    once = harness.writes()
    assert once != before
    caplog.clear()
    with caplog.at_level(logging.WARNING, "maskline.webhooks"):
        for _ in range(30):
            found.count(Reason.SIGNATURE, "…")
    assert harness.writes() == once
    assert not caplog.records
    found.write_seconds = 0
    found.count(Reason.SIGNATURE, "…")
    assert only(harness).count == 32
    assert sum(found.may_compare() for _ in range(200)) < 200


def test_a_store_that_is_away_changes_no_answer_and_loses_no_count(
    harness: WebhookHarness, form: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = harness.stack.runtime.part(refusal_counter.RefusalCounter)

    def away(act: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(found._store, "guard", away)
        found.count(Reason.UNSIGNED, "…")
    assert refusal_counter.read_counts(harness.stack.runtime.store) == []
    assert harness.post(form, signature=None).status_code == 403
    assert only(harness).count == 2


def test_bases_begin_with_the_most_similar() -> None:
    found = list(
        url_variants("https://mask.shop.example/base", ["mask.shop.example:8443", "10.0.0.7:5000", "no host!"], 5000)
    )
    assert found[0] == "https://mask.shop.example/base"
    assert found.index("http://mask.shop.example/base") < found.index("http://10.0.0.7:5000/base")
    for base in (
        "https://mask.shop.example:8443/base", "https://10.0.0.7/base", "http://mask.shop.example:5000/base",
        "https://mask.shop.example", "https://www.mask.shop.example/base",
    ):  # fmt: skip
        assert base in found
    assert len(found) == len(set(found)) <= 100
    assert not any("no host" in base for base in found)
