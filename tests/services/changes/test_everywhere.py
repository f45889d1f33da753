"""When one web process has answered a change with success, every other process uses it from the next request on.

DESIGN, section 6: what a process caches has a version. The script checks it, and its answer replaces a stale one.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests

from common.sids import new
from policy import blocks, notices
from services import services
from services.accounts import add_account
from services.api_keys import add_key, revoke_key
from tests.services.changes.conftest import SecondProcess
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Conversation, WebhookHarness

AC2, FIRST, SECOND = "AC" + "4" * 32, "token-of-the-fourth-0123456789", "token-of-the-fourth-9876543210"


def text(harness: WebhookHarness, other: SecondProcess, sender: str, to: str, body: str = "hello") -> str:
    """The TwiML with which the other process answers a text."""
    answer = other.webhook(harness.url(), harness.message_form(sender, to, body))
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def call(harness: WebhookHarness, other: SecondProcess, conversation: Conversation) -> str:
    form = {
        "AccountSid": ACCOUNT, "CallSid": new("CA"), "From": conversation.alice, "To": conversation.alices,
        "CallStatus": "ringing",
        "Direction": "inbound", "ApiVersion": "2010-04-01",
    }  # fmt: skip
    answer = other.webhook(harness.url("voice"), form)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def service(harness: WebhookHarness) -> Any:
    return services.get_service(harness.stack.runtime, ACCOUNT, harness.sid)


def test_a_new_name(harness, other):
    made = harness.client.proxy.v1.services.create(unique_name=new("first-"))
    former = made.unique_name
    for ref in (former, made.sid):
        assert other.api("GET", f"/Services/{ref}/Sessions").status_code == 200
    made.update(unique_name=former + "!")
    assert other.api("GET", f"/Services/{former}/Sessions").status_code == 404
    assert other.api("POST", f"/Services/{former}!/Sessions").get_json()["service_sid"] == made.sid
    assert other.api("GET", f"/Services/{made.sid}").get_json()["unique_name"] == former + "!"


def test_a_name_that_passes_to_another(harness, other):
    """A CI job deletes a Service and at once creates another with the same name."""
    create = harness.client.proxy.v1.services.create
    name = new("again-")
    for _ in range(3):
        made = create(unique_name=name)
        assert other.api("POST", f"/Services/{name}/Sessions").get_json()["service_sid"] == made.sid
        assert other.api("GET", f"/Services/{made.sid}/Sessions").status_code == 200
        made.delete()
        for ref in (name, made.sid):
            assert other.api("GET", f"/Services/{ref}/Sessions").status_code == 404
            assert other.api("POST", f"/Services/{ref}/Sessions").status_code == 404


def test_where_people_may_be(harness, other):
    conversation = harness.open()
    assert "hello" in text(harness, other, conversation.alice, conversation.alices)
    harness.set_fields(AllowedCountries="GB")
    made = harness.service.sessions.create()
    path = f"/Services/{harness.sid}/Sessions/{made.sid}/Participants"
    assert other.api("POST", path, Identifier=harness.new_person()).get_json()["code"] == 21408
    assert "<Message" not in text(harness, other, conversation.alice, conversation.alices)
    harness.set_fields(AllowedCountries="")
    assert other.api("POST", path, Identifier=harness.new_person()).status_code == 201
    assert "hello" in text(harness, other, conversation.alice, conversation.alices)


def test_how_numbers_are_chosen(harness, other):
    """If 80206 is answered wrongly here, ride apps go back to real numbers."""
    harness.set_fields(GeoMatchLevel="area-code")
    path = f"/Services/{harness.sid}/Sessions/{harness.service.sessions.create().sid}/Participants"
    assert other.api("POST", path, Identifier=harness.new_person()).get_json()["code"] == 80206
    harness.set_fields(GeoMatchLevel="country")
    assert other.api("POST", path, Identifier=harness.new_person()).status_code == 201


def test_what_a_text_may_hold(harness, other):
    conversation, number = harness.open(), "call me at 415 555 2671"
    assert number in text(harness, other, conversation.alice, conversation.alices, number)
    harness.set_fields(ContentPhone="block")
    assert conversation.bob not in text(harness, other, conversation.alice, conversation.alices, number)
    harness.set_fields(ContentPhone="off")
    assert number in text(harness, other, conversation.alice, conversation.alices, number)


def test_which_words_end_messages(harness, other):
    conversation = harness.open()
    assert "SILENCE" in text(harness, other, conversation.alice, conversation.alices, "SILENCE")
    harness.set_fields(OptOutWords="SILENCE")
    assert conversation.bob not in text(harness, other, conversation.alice, conversation.alices, "SILENCE")
    harness.set_fields(OptOutWords="")


def test_how_calls_are_bridged(harness, other):
    conversation = harness.open()
    harness.set_fields(Whisper="false", RingTimeout="25")
    found = call(harness, other, conversation)
    assert 'timeout="25"' in found and "/whisper/" not in found
    harness.set_fields(Whisper="true", RingTimeout="30")
    found = call(harness, other, conversation)
    assert 'timeout="30"' in found and "/whisper/" in found
    harness.set_fields(Whisper="false", RingTimeout="25")


def test_what_people_are_told(harness, other):
    rt, words = harness.stack.runtime, "Our own words."
    conversation = harness.open(mode="voice-only")
    assert "Message" in text(harness, other, conversation.alice, conversation.alices)
    notices.set_notice(rt, service(harness), "voice_only", {"text": words})
    assert words in text(harness, other, conversation.alice, conversation.alices)
    notices.restore_notice(rt, service(harness), "voice_only")
    found = text(harness, other, conversation.alice, conversation.alices)
    assert "<Message" in found and words not in found


def test_what_an_operator_stops(harness, other):
    rt, conversation = harness.stack.runtime, harness.open()
    for scope, target in (("service", ""), ("number", conversation.alices), ("person", conversation.alice)):
        assert "hello" in text(harness, other, conversation.alice, conversation.alices)
        blocks.block(rt, service(harness), scope, target)
        assert "hello" not in text(harness, other, conversation.alice, conversation.alices)
        blocks.unblock(rt, service(harness), scope, target)


def test_a_revoked_key(harness, other):
    key = add_key(harness.stack.runtime, ACCOUNT, "full", "")
    assert other.api("GET", "/Services", *key).status_code == 200
    revoke_key(harness.stack.runtime, ACCOUNT, key[0])
    assert other.api("GET", "/Services", *key).status_code == 401


def test_a_new_token_of_an_account(harness, other):
    rt = harness.stack.runtime
    add_account(rt, AC2, FIRST, AC2, FIRST)
    made = other.api("POST", "/Services", AC2, FIRST, UniqueName=new("of-")).get_json()["sid"]
    url = harness.url("message", made)

    def post(token: str) -> int:
        form = {**harness.message_form(harness.new_person(), "+15005550006", "hello"), "AccountSid": AC2}
        return int(other.webhook(url, form, token).status_code)

    assert (post(FIRST), post(SECOND)) == (200, 403)
    add_account(rt, AC2, SECOND, AC2, SECOND)
    assert (post(FIRST), post(SECOND), post(FIRST)) == (403, 200, 403)
    assert other.api("GET", "/Services", AC2, FIRST).status_code == 401
    assert other.api("GET", "/Services", AC2, SECOND).status_code == 200
    add_account(rt, AC2, FIRST, AC2, FIRST)
    assert (post(FIRST), post(SECOND)) == (200, 403)


def test_a_service_that_is_gone(harness, other):
    made = harness.client.proxy.v1.services.create(unique_name=new("gone-"))
    url, form = (
        harness.url("message", made.sid),
        harness.message_form(harness.new_person(), "+15005550006", "hello"),
    )
    assert other.webhook(url, form).status_code == 200
    made.delete()
    assert other.webhook(url, form).status_code in (403, 404)


def test_one_trip_to_the_store_as_long_as_nothing_changes(harness, other, trips):
    conversation = harness.open()
    harness.set_fields(ContentPhone="flag", AllowedCountries="US")
    text(harness, other, conversation.alice, conversation.alices)
    trips()
    for word in ("hello", "are you there", "where", "thanks", "bye"):
        text(harness, other, conversation.alice, conversation.alices, word)
    assert trips() == ["accept"] * 5
    harness.set_fields(ContentPhone="off", AllowedCountries="")
    text(harness, other, conversation.alice, conversation.alices)
    assert trips() == ["accept"] * 2, "the answer of the first brings what has changed"
    call(harness, other, conversation)
    assert trips() == ["accept"]
    # No app listens at this URL, and the Service's rule for that is to continue.
    harness.set_fields(InterceptCallbackUrl="http://127.0.0.1:1/")
    text(harness, other, conversation.alice, conversation.alices)
    assert trips() == ["accept", "accept", "settle"]
    harness.set_fields(InterceptCallbackUrl="")


def test_one_trip_for_an_account_that_is_kept_in_the_store(harness, other, trips):
    """The account's token is needed before the script runs: it is read once, and kept with its version."""
    owner, token = new("AC"), "token-of-the-fifth-0123456789"
    add_account(harness.stack.runtime, owner, token, owner, token)
    made = other.api("POST", "/Services", owner, token, UniqueName=new("of-")).get_json()["sid"]
    for script in ("read_service", "accept"), ("accept",), ("accept",):
        trips()
        form = {**harness.message_form(harness.new_person(), "+15005550006", "hello"), "AccountSid": owner}
        assert other.webhook(harness.url("message", made), form, token).status_code == 200
        assert [name for name in trips() if name != "-"] == list(script)


def test_a_forger_changes_nothing(harness, other):
    conversation = harness.open()
    before = harness.writes()
    assert (
        other.webhook(
            harness.url(), harness.message_form(conversation.alice, conversation.alices, "x"), "a forger's token"
        ).status_code
        == 403
    )
    assert harness.writes() == before


@pytest.mark.parametrize("path", ["", "/PhoneNumbers", "/Sessions", "/Notices"])
def test_lists_of_a_service_that_is_gone(harness, other, path):
    made = harness.client.proxy.v1.services.create(unique_name=new("gone-"))
    assert other.api("GET", f"/Services/{made.sid}{path}").status_code == 200
    answer = requests.delete(f"{harness.stack.url}/proxy/v1/Services/{made.sid}", auth=(ACCOUNT, TOKEN), timeout=10)
    assert answer.status_code == 204
    assert other.api("GET", f"/Services/{made.sid}{path}").status_code == 404


def test_a_key_of_an_account_that_was_unknown(harness, other):
    """The key is of no known account at first. Once the account is added, the carrier is asked again at once."""
    owner, token = new("AC"), "token-of-a-newcomer-0123456789"
    harness.sim("POST", "/accounts", sid=owner, auth_token=token)
    made = requests.post(
        f"{harness.stack.carrier.url}/2010-04-01/Accounts/{owner}/Keys.json", auth=(owner, token), timeout=10
    ).json()
    key = made["sid"], made["secret"]
    assert other.api("GET", "/Services", *key).status_code == 401
    add_account(harness.stack.runtime, owner, token, owner, token)
    assert other.api("GET", "/Services", *key).status_code == 200


def test_each_webhook_may_be_gone_through_again(harness):
    """Every webhook of a Service can be run again, so a change in between gives the carrier no error."""
    app = harness.stack.app
    rules = [rule for rule in app.url_map.iter_rules() if "<service_sid>" in rule.rule]
    assert len(rules) >= 9
    # All others begin with `begin`, which runs an operation by `with_snapshot`.
    assert {app.view_functions[rule.endpoint].__module__ for rule in rules} == {"proxy.webhooks.views"}
