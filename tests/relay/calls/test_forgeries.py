"""Every address that the carrier calls for a call: only its own, whole requests pass; all else is 403 and no write."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from common.sids import new
from tests.proxy.webhooks.scene import Pairs, Talk, sign
from tests.proxy.webhooks.telephony import plan
from tests.relay.calls.stage import Form, Stage
from tests.support.stack import ACCOUNT

# Slow: tries every way to forge a signed request.
pytestmark = pytest.mark.slow


TOKENED = ("whisper", "ended", "connect", "placed", "status")
#: Fields that a request may lack, and that change what it means.
OPTIONAL = {
    "whisper": {"Digits": "1"},
    "ended": {"DialBridged": "false", "DialCallDuration": "9", "DialCallSid": "CA" + "7" * 32, "Direction": "inbound"},
    "placed": {"ErrorCode": "13225"},
    "status": {"ErrorCode": "13225", "CallDuration": "9"},
}


@dataclass(frozen=True)
class Hook:
    """A genuine request; `sid`: the Interaction's."""

    purpose: str
    url: str
    form: Form
    sid: str


def call_in(scene: Stage, talk: Talk, purpose: str) -> Hook:
    form, sid = scene.come_in(talk)
    child = new("CA")
    forms = {
        "whisper": scene.child_form(talk, "in-progress", child, Digits="1"),
        "ended": {**scene.action_form(form, "completed"), **OPTIONAL["ended"]},
        "status": {**scene.child_form(talk, "completed", child), **OPTIONAL["status"]},
    }
    return Hook(purpose, scene.address(purpose, sid), forms[purpose], sid)


def call_out(scene: Stage, talk: Talk, purpose: str) -> Hook:
    plan(scene, talk.bob, "manual")
    one = scene.place(talk).json()
    scene.settle()
    status = "in-progress" if purpose == "connect" else "failed"
    form = scene.voice_form(talk.bobs, talk.bob, status, one["inbound_resource_sid"])
    more = OPTIONAL["placed"] if purpose == "placed" else {}
    return Hook(purpose, scene.address(purpose, one["sid"]), {**form, "Direction": "outbound-api", **more}, one["sid"])


def arriving(scene: Stage, talk: Talk, purpose: str) -> Hook:
    twilio = f"{scene.stack.url}/v1/Accounts/{ACCOUNT}/Proxy/{scene.sid}/Webhooks/Call"
    url = twilio if purpose == "Twilio's path" else scene.url("voice")
    return Hook(purpose, url, scene.voice_form(talk.alice, talk.alices), "")


MAKERS: dict[str, Callable[[Stage, Talk, str], Hook]] = {
    "voice": arriving, "Twilio's path": arriving, "whisper": call_in, "ended": call_in, "status": call_in,
    "connect": call_out, "placed": call_out,
}  # fmt: skip


@pytest.fixture
def hook(scene: Stage, talk: Talk, request: pytest.FixtureRequest) -> Hook:
    return MAKERS[request.param](scene, talk, request.param)


every = pytest.mark.parametrize("hook", MAKERS, indirect=True)
tokened = pytest.mark.parametrize("hook", TOKENED, indirect=True)
optional = pytest.mark.parametrize(
    ("hook", "name"), [(hook, name) for hook, names in OPTIONAL.items() for name in names], indirect=["hook"]
)


def refused(scene: Stage, fields: Any, url: str, **more: Any) -> None:
    before = scene.writes()
    answer = scene.post(fields, url, **more)
    assert answer.status_code == 403, answer.text
    assert "Response" not in answer.text
    assert scene.writes() == before


def test_every_address_is_in_the_table(scene: Stage) -> None:
    """A new one must be added to MAKERS, so that all below is asked of it. The trial is of no Service: see its test."""
    rules = {rule.rule for rule in scene.stack.app.url_map.iter_rules() if "ebhooks" in rule.rule}
    known = {"/webhooks/trial"}
    known |= {f"/webhooks/<service_sid>/{one}/<interaction_sid>/<token>" for one in TOKENED}
    known |= {f"/webhooks/<service_sid>/{one}" for one in ("voice", "message")}
    known |= {f"/v1/Accounts/<account_sid>/Proxy/<service_sid>/Webhooks/{one}" for one in ("Call", "Message")}
    assert rules == known


@every
def test_the_genuine_one_passes(scene: Stage, hook: Hook) -> None:
    """Else all that follows would prove nothing."""
    before = scene.writes()
    assert scene.post(hook.form, hook.url).status_code == 200
    assert (scene.writes() == before) == (hook.purpose == "whisper")


@every
def test_a_spoilt_signature(scene: Stage, hook: Hook) -> None:
    genuine = sign(hook.url, list(hook.form.items()))
    for spoilt in (None, "", genuine[:-1], genuine[:10], genuine + "=", genuine.swapcase(), "a" * 28, f"{genuine},x"):
        refused(scene, hook.form, hook.url, signature=spoilt)
    refused(scene, hook.form, hook.url, token="another token of somebody")


@every
def test_a_signature_for_another_address(scene: Stage, hook: Hook, talk: Talk) -> None:
    others = [maker(scene, talk, purpose).url for purpose, maker in MAKERS.items() if purpose != hook.purpose]
    for url in (*others, hook.url + "?", hook.url + "/", hook.url.replace("http:", "https:"), scene.url("message")):
        refused(scene, hook.form, hook.url, signature=sign(url, list(hook.form.items())))


@every
def test_a_changed_missing_or_doubled_field(scene: Stage, hook: Hook) -> None:
    genuine = sign(hook.url, list(hook.form.items()))
    required = ["AccountSid", "CallSid", "CallStatus", *([] if hook.purpose == "status" else ["From", "To"])]
    for name in required:
        refused(scene, {**hook.form, name: hook.form[name] + "1"}, hook.url, signature=genuine)
        without = {key: value for key, value in hook.form.items() if key != name}
        refused(scene, without, hook.url, signature=genuine)
        refused(scene, without, hook.url)
    for name in (*required, *OPTIONAL.get(hook.purpose, {})):
        refused(scene, [*hook.form.items(), (name, hook.form[name])], hook.url)
        value = hook.form[name].replace("+", "%2B")
        refused(scene, hook.form, f"{hook.url}?{name}={value}")


@every
def test_a_field_out_of_shape(scene: Stage, hook: Hook) -> None:
    for name, value in (
        ("AccountSid", "AC" + "2" * 32), ("AccountSid", ACCOUNT + "\n"), ("CallSid", "CA123"),
        ("CallSid", "SM" + "1" * 32), ("CallStatus", "no answer"), ("CallStatus", ""), ("CallStatus", "x" * 31),
    ):  # fmt: skip
        refused(scene, {**hook.form, name: value}, hook.url)
    for name in OPTIONAL.get(hook.purpose, {}):
        refused(scene, {**hook.form, name: "no such thing!"}, hook.url)


@every
def test_only_a_form_is_read(scene: Stage, hook: Hook) -> None:
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain", ""):
        refused(scene, hook.form, hook.url, kind=kind)
        refused(scene, hook.form, hook.url, kind=kind, sent=json.dumps(hook.form).encode())


@every
def test_other_methods_and_services(scene: Stage, hook: Hook) -> None:
    path = hook.url.removeprefix(scene.stack.url)
    client, before = scene.stack.app.test_client(), scene.writes()
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert client.open(path, method=method).status_code == 405
    assert scene.writes() == before
    refused(scene, hook.form, hook.url.replace(scene.sid, new("KS")))


def test_the_trial_of_doctor(scene: Stage) -> None:
    """It gives back a signed word of 16 hexadecimal digits, and nothing else that anybody sends."""
    word, url = "0123456789abcdef", scene.stack.url + "/webhooks/trial"
    before, genuine = scene.writes(), sign(url, [("Word", word)])
    answer = scene.post({"Word": word}, url)
    assert (answer.status_code, answer.text, scene.writes()) == (200, word, before)
    for spoilt in (None, "", genuine[:-1], genuine.swapcase(), sign(scene.url("voice"), [("Word", word)])):
        refused(scene, {"Word": word}, url, signature=spoilt)
    refused(scene, {"Word": word}, url, token="another token of somebody")
    refused(scene, {"Word": word[::-1]}, url, signature=genuine)
    signed: list[Pairs] = [[], [("Word", "")], [("Word", word + "0")], [("Word", "<b>")], [("Word", word)] * 2]
    for pairs in signed:
        refused(scene, pairs, url)


@tokened
def test_a_token_of_something_else(scene: Stage, hook: Hook, talk: Talk) -> None:
    """Signed by the carrier, at an address that we never gave out: another purpose's, another Interaction's, cut."""
    token = hook.url.rsplit("/", 1)[1]
    _, other = scene.come_in(talk)
    strange = [scene.proof(one, hook.sid) for one in TOKENED if one != hook.purpose]
    for wrong in ("x", token[:-1], token + "x", token.swapcase(), "%C3%A9", scene.proof(hook.purpose, other), *strange):
        refused(scene, hook.form, scene.address(hook.purpose, hook.sid, wrong))
    refused(scene, hook.form, scene.address(hook.purpose, other, token))
    refused(scene, hook.form, scene.address(hook.purpose, new("KI"), token))
    before = scene.writes()
    assert scene.post(hook.form, hook.url.rsplit("/", 1)[0]).status_code == 404
    assert scene.post(hook.form, hook.url.rsplit("/", 1)[0] + "/").status_code == 404
    assert scene.writes() == before


# --- borders moved under a genuine signature -------------------------------------------------------------------------


def cut(form: Form, name: str, letters: int) -> Pairs:
    """The last letters of a name become the first of its value."""
    rest = [(key, value) for key, value in form.items() if key != name]
    return [*rest, (name[:-letters], name[-letters:] + form[name])]


def swallowed(form: Form, name: str) -> Pairs:
    """A field becomes the end of the value before it, in the signature's order."""
    names = sorted(form)
    before = names[names.index(name) - 1]
    rest = [(key, value) for key, value in form.items() if key not in (name, before)]
    return [*rest, (before, form[before] + name + form[name])]


def grown(form: Form, name: str) -> Pairs:
    """A name takes its whole value in."""
    return [*((key, value) for key, value in form.items() if key != name), (name + form[name], "")]


def forged(scene: Stage, hook: Hook, name: str) -> int:
    """How many forgeries hold, by their signature."""
    genuine, count = sign(hook.url, list(hook.form.items())), 0
    for pairs in (cut(hook.form, name, 1), cut(hook.form, name, 3), swallowed(hook.form, name), grown(hook.form, name)):
        if sign(hook.url, pairs) == genuine:
            refused(scene, pairs, hook.url, signature=genuine)
            count += 1
    return count


@every
def test_borders_of_what_must_be_there(scene: Stage, hook: Hook) -> None:
    names = ["CallSid", "CallStatus", *([] if hook.purpose == "status" else ["From", "To"])]
    assert sum(forged(scene, hook, name) for name in names) >= 4


@optional
def test_borders_of_what_may_be_missing(scene: Stage, hook: Hook, name: str) -> None:
    """Else a genuine `DialBridged=false` could be made to say nothing, and a mailbox would have talked."""
    assert forged(scene, hook, name) >= 2


@optional
def test_what_may_be_missing_may_be_missing(scene: Stage, hook: Hook, name: str) -> None:
    form = {key: value for key, value in hook.form.items() if key != name}
    assert scene.post(form, hook.url).status_code == 200
