"""Every URL for the carrier's webhooks of calls takes only genuine, whole requests; others get 403, without a write."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from common.sids import new
from tests.support.calls import CallsHarness, Form
from tests.support.stack import ACCOUNT
from tests.support.telephones import plan
from tests.support.webhooks import Conversation, Pairs, sign

# Slow: tries every way to forge a signed request.
pytestmark = pytest.mark.slow


TOKENED = ("whisper", "ended", "connect", "placed", "status")
#: Optional fields of requests that change the meaning of the request.
OPTIONAL = {
    "whisper": {"Digits": "1"},
    "ended": {"DialBridged": "false", "DialCallDuration": "9", "DialCallSid": "CA" + "7" * 32, "Direction": "inbound"},
    "placed": {"ErrorCode": "13225"},
    "status": {"ErrorCode": "13225", "CallDuration": "9"},
}


@dataclass(frozen=True)
class Hook:
    """A genuine request; `sid` is the Interaction's SID."""

    purpose: str
    url: str
    form: Form
    sid: str


def call_in(harness: CallsHarness, conversation: Conversation, purpose: str) -> Hook:
    form, sid = harness.start_inbound_call(conversation)
    child = new("CA")
    forms = {
        "whisper": harness.child_form(conversation, "in-progress", child, Digits="1"),
        "ended": {**harness.action_form(form, "completed"), **OPTIONAL["ended"]},
        "status": {**harness.child_form(conversation, "completed", child), **OPTIONAL["status"]},
    }
    return Hook(purpose, harness.webhook_url(purpose, sid), forms[purpose], sid)


def call_out(harness: CallsHarness, conversation: Conversation, purpose: str) -> Hook:
    plan(harness, conversation.bob, "manual")
    one = harness.order_call(conversation).json()
    harness.settle()
    status = "in-progress" if purpose == "connect" else "failed"
    form = harness.voice_form(conversation.bobs, conversation.bob, status, one["inbound_resource_sid"])
    more = OPTIONAL["placed"] if purpose == "placed" else {}
    return Hook(
        purpose, harness.webhook_url(purpose, one["sid"]), {**form, "Direction": "outbound-api", **more}, one["sid"]
    )


def arriving(harness: CallsHarness, conversation: Conversation, purpose: str) -> Hook:
    twilio = f"{harness.stack.url}/v1/Accounts/{ACCOUNT}/Proxy/{harness.sid}/Webhooks/Call"
    url = twilio if purpose == "Twilio's path" else harness.url("voice")
    form = harness.voice_form(conversation.alice, conversation.alices)
    harness.hold_call(form)
    return Hook(purpose, url, form, "")


MAKERS: dict[str, Callable[[CallsHarness, Conversation, str], Hook]] = {
    "voice": arriving, "Twilio's path": arriving, "whisper": call_in, "ended": call_in, "status": call_in,
    "connect": call_out, "placed": call_out,
}  # fmt: skip


@pytest.fixture
def hook(harness: CallsHarness, conversation: Conversation, request: pytest.FixtureRequest) -> Hook:
    return MAKERS[request.param](harness, conversation, request.param)


every = pytest.mark.parametrize("hook", MAKERS, indirect=True)
tokened = pytest.mark.parametrize("hook", TOKENED, indirect=True)
optional = pytest.mark.parametrize(
    ("hook", "name"), [(hook, name) for hook, names in OPTIONAL.items() for name in names], indirect=["hook"]
)


def refused(harness: CallsHarness, fields: Any, url: str, **more: Any) -> None:
    before = harness.writes()
    answer = harness.post(fields, url, **more)
    assert answer.status_code == 403, answer.text
    assert "Response" not in answer.text
    assert harness.writes() == before


def test_every_address_is_in_the_table(harness: CallsHarness) -> None:
    """A new address must be added to MAKERS, so that all tests below run with it. The trial has its own test."""
    rules = {rule.rule for rule in harness.stack.app.url_map.iter_rules() if "ebhooks" in rule.rule}
    known = {"/webhooks/trial"}
    known |= {f"/webhooks/<service_sid>/{one}/<interaction_sid>/<token>" for one in TOKENED}
    known |= {f"/webhooks/<service_sid>/{one}/<token>" for one in ("voice", "message")}
    known |= {f"/v1/Accounts/<account_sid>/Proxy/<service_sid>/Webhooks/{one}" for one in ("Call", "Message")}
    assert rules == known


@every
def test_the_genuine_one_passes(harness: CallsHarness, hook: Hook) -> None:
    """Genuine requests pass; otherwise the refusals below would prove nothing."""
    before = harness.writes()
    assert harness.post(hook.form, hook.url).status_code == 200
    assert (harness.writes() == before) == (hook.purpose == "whisper")


@every
def test_a_spoilt_signature(harness: CallsHarness, hook: Hook) -> None:
    genuine = sign(hook.url, list(hook.form.items()))
    for spoilt in (None, "", genuine[:-1], genuine[:10], genuine + "=", genuine.swapcase(), "a" * 28, f"{genuine},x"):
        refused(harness, hook.form, hook.url, signature=spoilt)
    refused(harness, hook.form, hook.url, token="another token of somebody")


@every
def test_a_signature_for_another_address(harness: CallsHarness, hook: Hook, conversation: Conversation) -> None:
    others = [maker(harness, conversation, purpose).url for purpose, maker in MAKERS.items() if purpose != hook.purpose]
    for url in (*others, hook.url + "?", hook.url + "/", hook.url.replace("http:", "https:"), harness.url("message")):
        refused(harness, hook.form, hook.url, signature=sign(url, list(hook.form.items())))


@every
def test_a_changed_missing_or_doubled_field(harness: CallsHarness, hook: Hook) -> None:
    genuine = sign(hook.url, list(hook.form.items()))
    required = ["AccountSid", "CallSid", "CallStatus", *([] if hook.purpose == "status" else ["From", "To"])]
    for name in required:
        refused(harness, {**hook.form, name: hook.form[name] + "1"}, hook.url, signature=genuine)
        without = {key: value for key, value in hook.form.items() if key != name}
        refused(harness, without, hook.url, signature=genuine)
        refused(harness, without, hook.url)
    for name in (*required, *OPTIONAL.get(hook.purpose, {})):
        refused(harness, [*hook.form.items(), (name, hook.form[name])], hook.url)
        value = hook.form[name].replace("+", "%2B")
        refused(harness, hook.form, f"{hook.url}?{name}={value}")


@every
def test_a_field_out_of_shape(harness: CallsHarness, hook: Hook) -> None:
    for name, value in (
        ("AccountSid", "AC" + "2" * 32), ("AccountSid", ACCOUNT + "\n"), ("CallSid", "CA123"),
        ("CallSid", "SM" + "1" * 32), ("CallStatus", "no answer"), ("CallStatus", ""), ("CallStatus", "x" * 31),
    ):  # fmt: skip
        refused(harness, {**hook.form, name: value}, hook.url)
    for name in OPTIONAL.get(hook.purpose, {}):
        refused(harness, {**hook.form, name: "no such thing!"}, hook.url)


@every
def test_only_a_form_is_read(harness: CallsHarness, hook: Hook) -> None:
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain", ""):
        refused(harness, hook.form, hook.url, kind=kind)
        refused(harness, hook.form, hook.url, kind=kind, sent=json.dumps(hook.form).encode())


@every
def test_other_methods_and_services(harness: CallsHarness, hook: Hook) -> None:
    path = hook.url.removeprefix(harness.stack.url)
    client, before = harness.stack.app.test_client(), harness.writes()
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert client.open(path, method=method).status_code == 405
    assert harness.writes() == before
    refused(harness, hook.form, hook.url.replace(harness.sid, new("KS")))


def test_the_trial_of_doctor(harness: CallsHarness) -> None:
    """The trial returns a signed word of 16 hexadecimal digits, and refuses everything else."""
    word, url = "0123456789abcdef", harness.stack.url + "/webhooks/trial"
    before, genuine = harness.writes(), sign(url, [("Word", word)])
    answer = harness.post({"Word": word}, url)
    assert (answer.status_code, answer.text, harness.writes()) == (200, word, before)
    for spoilt in (None, "", genuine[:-1], genuine.swapcase(), sign(harness.url("voice"), [("Word", word)])):
        refused(harness, {"Word": word}, url, signature=spoilt)
    refused(harness, {"Word": word}, url, token="another token of somebody")
    refused(harness, {"Word": word[::-1]}, url, signature=genuine)
    signed: list[Pairs] = [[], [("Word", "")], [("Word", word + "0")], [("Word", "<b>")], [("Word", word)] * 2]
    for pairs in signed:
        refused(harness, pairs, url)


@tokened
def test_a_token_of_something_else(harness: CallsHarness, hook: Hook, conversation: Conversation) -> None:
    """The signature is right, but the URL's token is of another purpose or Interaction, or changed or missing."""
    token = hook.url.rsplit("/", 1)[1]
    _, other = harness.start_inbound_call(conversation)
    strange = [harness.proof(one, hook.sid) for one in TOKENED if one != hook.purpose]
    for wrong in (
        "x",
        token[:-1],
        token + "x",
        token.swapcase(),
        "%C3%A9",
        harness.proof(hook.purpose, other),
        *strange,
    ):
        refused(harness, hook.form, harness.webhook_url(hook.purpose, hook.sid, wrong))
    refused(harness, hook.form, harness.webhook_url(hook.purpose, other, token))
    refused(harness, hook.form, harness.webhook_url(hook.purpose, new("KI"), token))
    before = harness.writes()
    assert harness.post(hook.form, hook.url.rsplit("/", 1)[0]).status_code == 404
    assert harness.post(hook.form, hook.url.rsplit("/", 1)[0] + "/").status_code == 404
    assert harness.writes() == before


# --- borders of fields moved under a genuine signature ---------------------------------------------------------------


def cut(form: Form, name: str, letters: int) -> Pairs:
    """The last letters of a field's name become the first letters of its value."""
    rest = [(key, value) for key, value in form.items() if key != name]
    return [*rest, (name[:-letters], name[-letters:] + form[name])]


def swallowed(form: Form, name: str) -> Pairs:
    """A field becomes the end of the value before it, in the signature's order."""
    names = sorted(form)
    before = names[names.index(name) - 1]
    rest = [(key, value) for key, value in form.items() if key not in (name, before)]
    return [*rest, (before, form[before] + name + form[name])]


def grown(form: Form, name: str) -> Pairs:
    """A field's whole value becomes the end of its name."""
    return [*((key, value) for key, value in form.items() if key != name), (name + form[name], "")]


def forged(harness: CallsHarness, hook: Hook, name: str) -> int:
    """The number of forgeries that have the genuine signature. Checks that each of these is refused."""
    genuine, count = sign(hook.url, list(hook.form.items())), 0
    for pairs in (cut(hook.form, name, 1), cut(hook.form, name, 3), swallowed(hook.form, name), grown(hook.form, name)):
        if sign(hook.url, pairs) == genuine:
            refused(harness, pairs, hook.url, signature=genuine)
            count += 1
    return count


@every
def test_borders_of_what_must_be_there(harness: CallsHarness, hook: Hook) -> None:
    names = ["CallSid", "CallStatus", *([] if hook.purpose == "status" else ["From", "To"])]
    assert sum(forged(harness, hook, name) for name in names) >= 4


@optional
def test_borders_of_what_may_be_missing(harness: CallsHarness, hook: Hook, name: str) -> None:
    """Otherwise a genuine `DialBridged=false` could be hidden, and a mailbox would count as a conversation."""
    assert forged(harness, hook, name) >= 2


@optional
def test_what_may_be_missing_may_be_missing(harness: CallsHarness, hook: Hook, name: str) -> None:
    form = {key: value for key, value in hook.form.items() if key != name}
    assert harness.post(form, hook.url).status_code == 200
