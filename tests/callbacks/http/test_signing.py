"""Signatures as receivers check them: with Twilio's unmodified validator, and with the published test vector."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from twilio.request_validator import RequestValidator

from callbacks.http.http_client import HttpClient
from callbacks.http.signing import (
    secret_text,
    signed_form,
    signed_json,
    twilio_signature,
    webhook_headers,
    with_body_hash,
)
from tests.callbacks.http.receiver import answering

TOKEN = "an_auth_token_of_the_account"
NEW, OLD = bytes(range(32)), bytes(range(32, 96))
FORM = {
    "interactionSid": "KI" + "0" * 32,
    "interactionData": '{"body": "Grüße + 你好 & = %"}',
    "a": "",
    "Z": "z",
    "b": " x ",
}
URLS = [
    "https://shop.example",
    "https://shop.example/hook",
    "https://shop.example:443/hook",
    "https://shop.example:8443/hook?key=a%20b&key=c",
    "https://Shop.Example/Hook/?x=1#rc=3",
    "http://localhost:3000/hook?x=1",
]
#: The test vector that the reference libraries of Standard Webhooks share.
VECTOR = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
VECTOR_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def now() -> float:
    return datetime.now(UTC).timestamp()


def form(url=URLS[1], fields=FORM, secrets=(NEW,)):
    return signed_form(url, fields, token=TOKEN, secrets=secrets, message_id="msg_1", now=now())


def seen_by(receiver) -> tuple[str, dict[str, str], bytes]:
    """Returns URL, headers and body as the receiving server sees them."""
    head, _, body = receiver.requests[-1].partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return f"http://{headers['Host']}{first.split()[1]}", headers, body


@pytest.mark.parametrize("path", ["", "?x=1", "/hook", "/Hook/?key=a%20b&key=c#rc=3", "/a,b;c~!*'()"])
def test_what_arrives_is_accepted(path, receive):
    receiver = receive(answering())
    sent = form(f"http://LocalHost:{receiver.port}{path}", {**FORM, "half": "a\ud83d b"})
    client = HttpClient(allow_private=True, resolve=lambda *_: ["127.0.0.1"])
    client.post("AC1", sent.url, body=sent.body, headers=sent.headers, deadline_seconds=60)
    url, headers, body = seen_by(receiver)
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert fields == {**FORM, "half": "a? b"}
    assert RequestValidator(TOKEN).validate(url, fields, headers["X-Twilio-Signature"])
    Webhook(secret_text(NEW)).verify(body, headers, json_parse=False)


@pytest.mark.parametrize("url", URLS)
def test_twilios_validator(url):
    signature = twilio_signature(TOKEN, url, FORM)
    seen = url.partition("#")[0].replace("Shop.Example", "shop.example")
    seen = seen if seen.count("/") > 2 else f"{seen}/"
    assert RequestValidator(TOKEN).validate(seen, FORM, signature)
    assert not RequestValidator(TOKEN).validate(f"{seen}x", FORM, signature)
    assert not RequestValidator(TOKEN).validate(seen, {**FORM, "a": "b"}, signature)
    assert not RequestValidator(TOKEN[:-1]).validate(seen, FORM, signature)


@pytest.mark.parametrize(
    "url", ["https://shop.example", "https://shop.example/?bodySHA256=00&x=1", "https://shop.example:8443/e?x"]
)
def test_a_body_that_is_no_form(url):
    body = '{"type": "session.opened", "name": "Zoë"}'
    sent = signed_json(url, body.encode(), secrets=[NEW], message_id="msg_1", now=now(), token=TOKEN)
    signature = sent.headers["X-Twilio-Signature"]
    assert sent.url == with_body_hash(url, body.encode())
    assert RequestValidator(TOKEN).validate(sent.url, body, signature)
    assert not RequestValidator(TOKEN).validate(sent.url, body.replace("opened", "closed"), signature)
    assert Webhook(secret_text(NEW)).verify(body, sent.headers)["name"] == "Zoë"


def test_without_a_token_the_url_stays():
    sent = signed_json(URLS[3], b"{}", secrets=[NEW], message_id="msg_1", now=now())
    assert sent.url == URLS[3]
    assert sent.headers["Content-Type"] == "application/json"
    assert "X-Twilio-Signature" not in sent.headers


def test_the_published_vector():
    secret, message_id, timestamp, body = VECTOR
    headers = webhook_headers([b64decode(secret.removeprefix("whsec_"))], message_id, timestamp + 0.9, body)
    assert headers == {
        "webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": VECTOR_SIGNATURE,
    }  # fmt: skip


def test_as_the_reference_library_signs():
    at = datetime.now(UTC)
    headers = webhook_headers([OLD], "evt-1_2", at.timestamp(), FORM["interactionData"].encode())
    assert headers["webhook-signature"] == Webhook(secret_text(OLD)).sign("evt-1_2", at, FORM["interactionData"])


def test_while_secrets_change():
    sent = form(secrets=(NEW, OLD))
    assert len(sent.headers["webhook-signature"].split(" ")) == 2
    for secret in (NEW, OLD):
        Webhook(secret_text(secret)).verify(sent.body, sent.headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_text(bytes(24))).verify(sent.body, sent.headers, json_parse=False)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "body"])
def test_nothing_may_be_changed(name):
    sent = form()
    headers = {**sent.headers, name: f"{sent.headers.get(name, '')[:-1]}0"}
    body = sent.body + b"&x=" if name == "body" else sent.body
    if name == "webhook-timestamp" and headers[name] == sent.headers[name]:
        headers[name] = str(int(headers[name]) + 1)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_text(NEW)).verify(body, headers, json_parse=False)


@pytest.mark.parametrize("secret", [bytes(24), NEW, OLD])
def test_a_secret_as_text(secret):
    prefix, _, text = secret_text(secret).partition("_")
    assert (prefix, b64decode(text, validate=True)) == ("whsec", secret)


@pytest.mark.parametrize("secret", [b"", bytes(23), bytes(65)])
def test_a_secret_of_another_length(secret):
    with pytest.raises(ValueError, match="24 to 64"):
        secret_text(secret)


@pytest.mark.parametrize("message_id", ["", "a.b", "a b", "a\nb", "ä", "x" * 257])
def test_a_bad_id(message_id):
    with pytest.raises(ValueError, match="id of visible"):
        webhook_headers([NEW], message_id, 1, b"")


def test_no_secret_no_signature():
    with pytest.raises(ValueError, match="needs a secret"):
        webhook_headers([], "msg_1", 1, b"")
