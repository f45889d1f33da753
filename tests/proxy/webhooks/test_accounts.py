"""Who may call: the carrier's API keys, keys of ours, and accounts that cannot see each other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from common.sids import new
from services.accounts import add_account
from services.api_keys import add_key, revoke_key
from storage import keys
from tests.support.stack import ACCOUNT, TOKEN, Stack
from tests.support.webhooks import WebhookHarness

OTHER, OTHER_TOKEN = "AC" + "2" * 32, "token-of-the-others-0123456789"
OTHER_CARRIER, OTHER_CARRIER_TOKEN = "AC" + "3" * 32, "token-at-the-carrier-0123456789"


def refused(status: int, code: int, act: Callable[[], Any]) -> None:
    """A list raises a different exception from the other calls; that exception holds the whole answer."""
    with pytest.raises(TwilioException) as caught:
        act()
    error = caught.value
    if isinstance(error, TwilioRestException):
        assert (error.status, error.code) == (status, code)
    else:
        answer = error.args[1]
        assert (answer.status_code, json.loads(answer.text)["code"]) == (status, code)


def age(stack: Stack, key: str) -> None:
    """Makes the last check at the carrier look old."""
    client = stack.runtime.store.client
    doc = json.loads(client.hget(keys.ring("api_keys"), key) or b"")
    client.hset(keys.ring("api_keys"), key, json.dumps({**doc, "checked": 1}))


def test_a_key_of_the_carrier(stack: Stack) -> None:
    made = stack.sdk().new_keys.create(friendly_name="a program")
    program = stack.sdk(made.sid, made.secret)
    service = program.proxy.v1.services.create(unique_name=new("by-key-"))
    assert stack.sdk().proxy.v1.services(service.sid).fetch().account_sid == ACCOUNT
    assert made.secret not in str(stack.runtime.store.client.hget(keys.ring("api_keys"), made.sid))
    refused(401, 20003, stack.sdk(made.sid, made.secret + "x").proxy.v1.services.list)
    assert program.proxy.v1.services.list(), "a wrong secret takes nothing from the right one"
    stack.sdk().keys(made.sid).delete()
    assert program.proxy.v1.services.list(), "believed until it is asked for again"
    age(stack, made.sid)
    refused(401, 20003, program.proxy.v1.services.list)
    assert stack.runtime.store.client.hget(keys.ring("api_keys"), made.sid) is None


def test_a_key_that_lives_on_is_believed_again(stack: Stack) -> None:
    made = stack.sdk().new_keys.create()
    program = stack.sdk(made.sid, made.secret)
    for _ in range(2):
        assert program.proxy.v1.services.list() is not None
        age(stack, made.sid)


def test_an_unknown_key(stack: Stack) -> None:
    refused(401, 20003, stack.sdk(new("SK"), "no such secret").proxy.v1.services.list)
    refused(401, 20003, stack.sdk("SK1", "no such secret").proxy.v1.services.list)


def test_keys_of_ours(stack: Stack, harness: WebhookHarness) -> None:
    full, reading = (stack.sdk(*add_key(stack.runtime, ACCOUNT, role, role)) for role in ("full", "read-only"))
    assert full.proxy.v1.services.create(unique_name=new("by-key-"))
    assert reading.proxy.v1.services(harness.sid).fetch().sid == harness.sid
    before = harness.writes()
    for act in (
        lambda: reading.proxy.v1.services.create(unique_name=new("by-key-")),
        lambda: reading.proxy.v1.services(harness.sid).sessions.create(),
        lambda: reading.proxy.v1.services(harness.sid).update(default_ttl=5),
        lambda: reading.proxy.v1.services(harness.sid).delete(),
    ):
        refused(403, 20403, act)
    assert harness.writes() == before
    revoke_key(stack.runtime, ACCOUNT, str(full.username))
    refused(401, 20003, full.proxy.v1.services.list)


@pytest.fixture(scope="module")
def other(stack: Stack, harness: WebhookHarness) -> Client:
    """A second account of ours; its requests to the carrier use a second account there."""
    add_account(stack.runtime, OTHER, OTHER_TOKEN, OTHER_CARRIER, OTHER_CARRIER_TOKEN)
    harness.sim("POST", "/accounts", sid=OTHER_CARRIER, auth_token=OTHER_CARRIER_TOKEN, numbers=2)
    return stack.sdk(OTHER, OTHER_TOKEN)


def test_accounts_see_nothing_of_each_other(stack: Stack, harness: WebhookHarness, other: Client) -> None:
    conversation = harness.open()
    mine = other.proxy.v1.services.create(unique_name=new("of-others-"))
    assert [s.sid for s in other.proxy.v1.services.list()] == [mine.sid]
    assert mine.sid not in [s.sid for s in stack.sdk().proxy.v1.services.list()]
    theirs = other.proxy.v1.services(harness.sid)
    for act in (
        theirs.fetch, theirs.delete, lambda: theirs.update(default_ttl=1), theirs.sessions.list, theirs.sessions.create,
        theirs.phone_numbers.list, theirs.sessions(conversation.session._solution["sid"]).interactions.list,
        lambda: theirs.sessions(conversation.session._solution["sid"]).participants.create(identifier="+15105550001"),
        other.proxy.v1.services(str(harness.service.fetch().unique_name)).fetch,
    ):  # fmt: skip
        refused(404, 20404, act)
    assert conversation.session.fetch().status == "open"
    same = harness.service.fetch().unique_name
    assert other.proxy.v1.services.create(unique_name=same).unique_name == same


def test_credentials_of_one_account_open_no_other(stack: Stack, other: Client) -> None:
    pairs = [(OTHER, TOKEN), (ACCOUNT, OTHER_TOKEN), (OTHER, OTHER_CARRIER_TOKEN), (OTHER_CARRIER, TOKEN)]
    for user, password in pairs:
        refused(401, 20003, stack.sdk(user, password).proxy.v1.services.list)


def test_webhooks_are_verified_with_the_owners_carrier_token(
    stack: Stack, harness: WebhookHarness, other: Client
) -> None:
    service = other.proxy.v1.services.create(unique_name=new("of-others-"))
    at_carrier = harness.sim("GET", "/numbers")["numbers"]
    number = next(n for n in at_carrier if n["account_sid"] == OTHER_CARRIER)
    here = other.proxy.v1.services(service.sid)
    here.phone_numbers.create(sid=number["sid"])
    refused(404, 20404, lambda: here.phone_numbers.create(phone_number=harness.pool[0]))
    session = here.sessions(here.sessions.create().sid)
    alice, bob = (session.participants.create(identifier=harness.new_person()) for _ in range(2))
    harness.text(alice.identifier, alice.proxy_identifier, "through the other account")
    assert harness.inbox(bob.identifier) == [(bob.proxy_identifier, "through the other account")]
    url = harness.url("message", service.sid)
    form = {**harness.message_form(alice.identifier, alice.proxy_identifier, "hi"), "AccountSid": OTHER_CARRIER}
    for token in (TOKEN, OTHER_TOKEN):
        assert harness.post(form, url=url, token=token).status_code == 403
    assert harness.post({**form, "AccountSid": OTHER}, url=url, token=OTHER_CARRIER_TOKEN).status_code == 403
    assert harness.post(form, url=url, token=OTHER_CARRIER_TOKEN).status_code == 200


def test_the_other_accounts_tokens_are_sealed(stack: Stack, other: Client) -> None:
    stored = stack.runtime.store.client.get(keys.account("account", OTHER))
    assert stored and not any(t.encode() in stored for t in (OTHER_TOKEN, OTHER_CARRIER_TOKEN, OTHER_CARRIER))
