"""The carrier's signature is what the SDK computes; every forgery is refused before anything is written."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from carrier.signature import is_genuine
from carrier.signature import sign as our_sign
from common.sids import new
from tests.support.stack import ACCOUNT
from tests.support.webhooks import Pairs, WebhookHarness, sign

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PAIRS = st.lists(st.tuples(TEXT.filter(bool) | st.sampled_from(["Body", "From", "To"]), TEXT), max_size=8)
HOSTS = st.sampled_from(["mask.shop.example", "localhost", "127.0.0.1", "ключ.example"])
PORTS = st.sampled_from(["", ":80", ":443", ":8443", ":5000"])
URLS = st.builds("{}://{}{}/webhooks/KS/message".format, st.sampled_from(["http", "https"]), HOSTS, PORTS)


@given(TEXT, URLS, PAIRS)
def test_signs_as_the_sdk(token: str, url: str, pairs: Pairs) -> None:
    fields = MultiDict(pairs)
    assert our_sign(token, url, list(fields.lists())) == RequestValidator(token).compute_signature(url, fields)


@given(URLS, PORTS, PAIRS)
def test_accepts_what_the_sdk_accepts(url: str, port: str, pairs: Pairs) -> None:
    host, _, path = url.removeprefix("https://").removeprefix("http://").partition("/")
    signed = f"{url.split('://')[0]}://{host.split(':')[0]}{port}/{path}"
    given, fields = sign(signed, pairs), MultiDict(pairs)
    accepted = RequestValidator("token").validate(url, fields, sign(signed, pairs, "token"))
    assert is_genuine(["token"], url, list(fields.lists()), sign(signed, pairs, "token")) == accepted
    assert not is_genuine(["token"], url, list(fields.lists()), given)


def test_an_ipv6_host_keeps_its_brackets() -> None:
    for url, signed in (("https://[::1]/x", "https://[::1]:443/x"), ("https://[::1]:8443/x", "https://[::1]/x")):
        assert is_genuine(["token"], url, [], our_sign("token", signed, []))


@given(st.none() | st.text())
def test_no_text_is_a_signature_by_chance(given: str | None) -> None:
    assert not is_genuine(["token"], "https://mask.shop.example/x", [], given)


@pytest.fixture
def form(harness: WebhookHarness) -> dict[str, str]:
    conversation = harness.open()
    return harness.message_form(conversation.alice, conversation.alices, "hello")


def refused(harness: WebhookHarness, *args: Any, **more: Any) -> None:
    before = harness.writes()
    answer = harness.post(*args, **more)
    assert answer.status_code == 403
    assert harness.writes() == before


def test_the_genuine_one_is_accepted(harness: WebhookHarness, form: dict[str, str]) -> None:
    """Without this test, the tests below would prove nothing."""
    before = harness.writes()
    assert harness.post(form).status_code == 200
    assert harness.writes() != before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: None, lambda s: "", lambda s: s[:-1], lambda s: s[:10], lambda s: s + "=", lambda s: s.swapcase(),
        lambda s: "a" * 28, lambda s: f"{s},{s}", lambda s: "é" * 28, lambda s: f'"{s}"', lambda s: s * 999,
    ],
    ids=["missing", "empty", "cut by one", "cut", "longer", "case", "wrong", "twice", "non-ascii", "quoted", "huge"],
)  # fmt: skip
def test_a_spoilt_signature(harness: WebhookHarness, form: dict[str, str], spoil: Any) -> None:
    given = spoil(sign(harness.url(), list(form.items())))
    refused(harness, form, signature=given.encode() if given else given)


def test_another_token_or_another_url(harness: WebhookHarness, form: dict[str, str]) -> None:
    refused(harness, form, token="another token of somebody")
    for url in (
        harness.url("voice"),
        harness.url() + "?",
        harness.url() + "/",
        harness.url().replace("http:", "https:"),
    ):
        refused(harness, form, signature=sign(url, list(form.items())))


@pytest.mark.parametrize("name", ["Body", "From", "To", "MessageSid", "AccountSid", "NumMedia"])
def test_a_changed_or_missing_field(harness: WebhookHarness, form: dict[str, str], name: str) -> None:
    given = sign(harness.url(), list(form.items()))
    refused(harness, {**form, name: form[name] + "1"}, signature=given)
    without = {key: value for key, value in form.items() if key != name}
    refused(harness, without, signature=given)
    if name not in ("Body", "NumMedia"):
        refused(harness, without)


def fold(form: dict[str, str], first: str, last: str) -> Pairs:
    """Puts the fields from `first` to `last`, in the signature's order, into the value of `first`."""
    names = sorted(form)
    inside = names[names.index(first) : names.index(last) + 1]
    value = "".join(name + form[name] for name in inside).removeprefix(first)
    return [(first, value), *((name, form[name]) for name in names if name not in inside)]


def moved(form: dict[str, str], name: str, letters: int) -> Pairs:
    """Moves the first letters of a field's value to the end of its name."""
    rest = {key: value for key, value in form.items() if key != name}
    return [*rest.items(), (name + form[name][:letters], form[name][letters:])]


SHIFTS = {
    "From folded into Body": lambda form: fold(form, "Body", "From"),
    "From to To folded into Body": lambda form: fold(form, "Body", "To"),
    "a name grown into its value": lambda form: moved(form, "Body", 2),
    "a value that became a name": lambda form: moved(form, "NumMedia", 1),
    "a field repeated": lambda form: [*form.items(), ("Body", form["Body"])],
}


@pytest.mark.parametrize("shift", SHIFTS)
def test_borders_moved_under_a_genuine_signature(harness: WebhookHarness, form: dict[str, str], shift: str) -> None:
    shifted = SHIFTS[shift](form)
    genuine = sign(harness.url(), list(form.items()))
    assert sign(harness.url(), shifted) == genuine, "the forgery must carry a signature that holds"
    refused(harness, shifted, signature=genuine)


@pytest.mark.parametrize("name", ["Body", "From", "To", "MessageSid", "AccountSid", "NumMedia"])
@pytest.mark.parametrize("where", ["body", "query", "mixed"])
def test_a_parameter_twice(harness: WebhookHarness, form: dict[str, str], name: str, where: str) -> None:
    """Each request has a valid signature: only the strict parsing of the form can refuse it."""
    for value in (form[name], form[name] + "1"):
        query = f"?{name}={value.replace('+', '%2B')}" if where != "body" else ""
        fields = list(form.items()) if where != "query" else [(k, v) for k, v in form.items() if k != name]
        extra = [(name, value)] if where == "body" else []
        refused(harness, [*fields, *extra], url=harness.url() + query)


def test_the_account_is_the_one_that_owns_the_service(harness: WebhookHarness, form: dict[str, str]) -> None:
    for account in ("AC" + "2" * 32, ACCOUNT.lower(), ACCOUNT + "\n", ""):
        refused(harness, {**form, "AccountSid": account})


@pytest.mark.parametrize("name, value", [
    ("MessageSid", "SM123"), ("MessageSid", "CA" + "1" * 32), ("MessageSid", "SM" + "１" * 32),
    ("From", "+1510\n5550000"), ("To", ""), ("To", "whatsapp:+13125551000"), ("To", "+١٢٣٤٥٦٧٨٩"),
    ("NumMedia", "-1"), ("NumMedia", "1e3"), ("Body", "x" * 20001),
])  # fmt: skip
def test_a_field_out_of_shape(harness: WebhookHarness, form: dict[str, str], name: str, value: str) -> None:
    refused(harness, {**form, name: value})


def test_only_a_form_is_read(harness: WebhookHarness, form: dict[str, str]) -> None:
    pairs = list(form.items())
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain", ""):
        refused(harness, pairs, kind=kind)
        refused(harness, pairs, kind=kind, sent=json.dumps(form).encode(), signature=sign(harness.url(), []))
    refused(harness, pairs, sent=b"\xff\xfe=%ff&Body=%ff", signature=sign(harness.url(), pairs))


def test_every_route_of_the_carrier_is_guarded(harness: WebhookHarness) -> None:
    rules = [rule for rule in harness.stack.app.url_map.iter_rules() if "ebhooks" in rule.rule]
    assert len(rules) >= 4
    sids = {"service_sid": harness.sid, "account_sid": ACCOUNT, "interaction_sid": new("KI"), "token": "x"}
    before = harness.writes()
    with harness.stack.app.test_request_context(base_url=harness.stack.url) as context:
        assert context.url_adapter
        paths = [context.url_adapter.build(r.endpoint, {a: sids[a] for a in r.arguments}) for r in rules]
    client = harness.stack.app.test_client()
    for path in paths:
        for headers in ({}, {"X-Twilio-Signature": "x"}, {"X-Forwarded-Host": "evil.example"}):
            assert client.post(path, data={"AccountSid": ACCOUNT}, headers=headers).status_code == 403, path
        assert client.get(path).status_code == 405
    assert harness.writes() == before


def test_an_unknown_service_looks_like_a_forgery(harness: WebhookHarness, form: dict[str, str]) -> None:
    url = harness.url().replace(harness.sid, new("KS"))
    refused(harness, form, url=url)
    refused(harness, form, url=harness.url().replace(harness.sid, "KS%0a"))


def test_hosts_and_forwarding_headers_change_nothing(harness: WebhookHarness, form: dict[str, str]) -> None:
    """Only PUBLIC_URL counts; a Host header that cannot be parsed causes no error."""
    client, signature = harness.stack.app.test_client(), sign(harness.url(), list(form.items()))
    for headers in ({"Host": "h:abc"}, {"Host": "evil.example"}, {"X-Forwarded-Proto": "https"}):
        given = {"X-Twilio-Signature": signature, **headers}
        answer = client.post(urlsplit(harness.url()).path, data=form, headers=given)
        assert answer.status_code == 200
