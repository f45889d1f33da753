"""/events/v1 and `flask callbacks`: an account sees what was delivered to its apps, and has it delivered again."""

from __future__ import annotations

import re

import pytest
import requests

from common.sids import new
from services.accounts import add_account
from services.api_keys import add_key
from tests.support.deliveries import DeliveriesHarness
from tests.support.stack import ACCOUNT
from tests.support.webhooks import WebhookHarness

# Slow: makes many deliveries, and reads them by the API and by commands.
pytestmark = pytest.mark.slow


FIELDS = {
    "sid", "account_sid", "service_sid", "session_sid", "kind", "type", "state", "attempts", "last_status",
    "last_error", "receiver_url", "date_created", "date_last_attempt", "date_next_attempt", "url", "links",
}  # fmt: skip


@pytest.fixture
def run(stack):
    runner = stack.app.test_cli_runner()
    return lambda *words: runner.invoke(args=["callbacks", *words])


@pytest.fixture
def mixed(harness):
    """A harness with two delivered deliveries, one parked and one waiting."""
    harness.subscribe()
    harness.receiver.answer = lambda told: {"participant.joined": 410, "session.closed": 500}.get(
        told.event["type"], 200
    )
    conversation = harness.open(people=1)
    harness.webhooks.service.sessions.create(unique_name=new("other-"))
    conversation.session.update(status="closed")
    harness.run_job()
    return harness


def types(rows):
    return [row["type"] for row in rows]


def test_a_delivery_is_shown(mixed):
    one = mixed.delivery(type="participant.joined")
    assert set(one) == FIELDS
    assert re.fullmatch("DL[0-9a-f]{32}", one["sid"])
    assert (one["account_sid"], one["service_sid"], one["kind"]) == (ACCOUNT, mixed.sid, "event")
    assert (one["state"], one["attempts"], one["last_status"]) == ("parked", 1, 410)
    assert one["receiver_url"] == f"{mixed.receiver.url}/events"
    assert one["date_last_attempt"] and one["date_next_attempt"] is None
    shown = mixed.request("GET", one["url"])
    assert shown["body"]["type"] == "participant.joined"
    assert {**shown, "body": None} == {**one, "body": None}
    assert "key" not in str(shown).replace("k%20ey", "key").replace("'key'", "")


def test_lists_are_in_order_and_filtered(mixed):
    ours = {"Service": mixed.sid}
    everything = ["session.opened", "participant.joined", "session.opened", "session.closed"]
    assert sorted(types(mixed.deliveries())) == sorted(["session.opened", *everything[1:]])
    assert types(mixed.deliveries(State="parked", **ours)) == ["participant.joined"]
    assert types(mixed.deliveries(State="waiting", **ours)) == ["session.closed"]
    assert types(mixed.deliveries(State="delivered", **ours)) == ["session.opened", "session.opened"]
    dates = [row["date_created"] for row in mixed.deliveries()]
    assert dates == sorted(dates)
    name = mixed.set_fields()["unique_name"]
    assert len(mixed.deliveries(Service=name)) == 4


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_pages_lead_forth_and_back(mixed, size, stack, clock, receiver):
    """The pages go over two Services: a page may begin in one and end in the other."""
    second = DeliveriesHarness(WebhookHarness(stack, clock), receiver)
    second.subscribe()
    second.webhooks.service.sessions.create(unique_name=new("more-"))
    second.run_job()
    for filters in ({}, {"State": "delivered"}, {"Service": mixed.sid}):
        forth, pages = [], []
        page = mixed.request("GET", "/events/v1/Deliveries", params={"PageSize": size, **filters})
        whole = mixed.request("GET", "/events/v1/Deliveries", params={"PageSize": 100, **filters})["deliveries"]
        for _ in range(20):
            pages.append([row["sid"] for row in page["deliveries"]])
            forth += pages[-1]
            last, url = page, page["meta"]["next_page_url"]
            if not url:
                break
            page = mixed.request("GET", url)
        assert forth == [row["sid"] for row in whole] and len(set(forth)) == len(forth)
        back: list[str] = []
        for _ in range(len(pages) - 1):
            last = mixed.request("GET", last["meta"]["previous_page_url"])
            back = [row["sid"] for row in last["deliveries"]] + back
        assert last["meta"]["previous_page_url"] is None
        assert back == [sid for page in pages[:-1] for sid in page]
    second.clean_up()


def test_redeliver(mixed):
    parked = mixed.delivery(state="parked")
    mixed.receiver.answer = lambda told: 200
    again = mixed.request("POST", parked["links"]["redeliver"])
    assert again["state"] == "waiting"
    mixed.run_job()
    assert mixed.request("GET", parked["url"])["state"] == "delivered"
    assert [told.id for told in mixed.receiver.told].count(parked["sid"]) == 2


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/events/v1/Deliveries?State=lost", 400),
        ("GET", "/events/v1/Deliveries?State=", 400),
        ("GET", "/events/v1/Deliveries?State=parked&State=waiting", 400),
        ("GET", "/events/v1/Deliveries?Service=KS" + "0" * 32, 404),
        ("GET", "/events/v1/Deliveries?PageToken=x", 400),
        ("GET", "/events/v1/Deliveries/DL" + "0" * 32, 404),
        ("GET", "/events/v1/Deliveries/KS" + "0" * 32, 404),
        ("POST", "/events/v1/Deliveries/DL" + "0" * 32 + "/Redeliver", 404),
        ("GET", "/events/v1/Services/nobody/Secret", 404),
        ("DELETE", "/events/v1/Deliveries", 405),
    ],
)
def test_what_is_not_there(harness, method, path, status):
    harness.request(method, path, status)


def test_another_account_sees_nothing(mixed):
    stranger, token = new("AC"), "token-of-a-stranger-0123456789"
    add_account(mixed.rt, stranger, token, ACCOUNT, token)
    auth = (stranger, token)
    one = mixed.delivery(state="parked")
    assert mixed.request("GET", "/events/v1/Deliveries", auth=auth)["deliveries"] == []
    mixed.request("GET", one["url"], 404, auth=auth)
    mixed.request("POST", one["links"]["redeliver"], 404, auth=auth)
    mixed.request("GET", f"/events/v1/Deliveries?Service={mixed.sid}", 404, auth=auth)
    mixed.request("GET", f"/events/v1/Services/{mixed.sid}/Secret", 404, auth=auth)


def test_without_credentials_there_is_no_way_in(harness):
    for path in ("Deliveries", f"Services/{harness.sid}/Secret"):
        answer = requests.get(f"{harness.webhooks.stack.url}/events/v1/{path}", timeout=30)
        assert answer.status_code == 401


def test_a_reading_key_sees_deliveries_and_no_secret(mixed):
    auth = add_key(mixed.rt, ACCOUNT, "read-only", "")
    one = mixed.delivery(state="parked")
    assert mixed.request("GET", one["url"], auth=auth)["sid"] == one["sid"]
    mixed.request("POST", one["links"]["redeliver"], 403, auth=auth)
    mixed.request("GET", f"/events/v1/Services/{mixed.sid}/Secret", 403, auth=auth)


def test_a_secret_is_of_one_service_and_in_no_cache(harness, stack, clock, receiver):
    other = DeliveriesHarness(WebhookHarness(stack, clock), receiver)
    path = f"{stack.url}/events/v1/Services/{harness.sid}/Secret"
    answer = requests.get(path, auth=harness.auth, timeout=30)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["secret"] != other.request("GET", f"/events/v1/Services/{other.sid}/Secret")["secret"]


def test_an_operator_lists_and_redelivers(mixed, run):
    parked, waiting = mixed.delivery(state="parked"), mixed.delivery(state="waiting")
    listed = run("list", mixed.sid)
    assert listed.exit_code == 0
    rows = [line.split() for line in listed.output.splitlines()]
    assert [parked["sid"], "parked", "participant.joined", "1", "410", "-"] in rows
    assert [waiting["sid"], "waiting", "session.closed", "1", "500", waiting["date_next_attempt"]] in rows
    assert waiting["sid"] not in run("list", mixed.sid, "--state", "parked").output
    mixed.receiver.answer = lambda told: 200
    assert run("redeliver", mixed.sid).output.startswith(parked["sid"])
    assert run("redeliver", waiting["sid"]).exit_code == 0
    mixed.run_job()
    assert {row["state"] for row in mixed.deliveries()} == {"delivered"}


def test_an_operator_reads_the_secret(harness, run):
    shown = harness.request("GET", f"/events/v1/Services/{harness.sid}/Secret")["secret"]
    assert run("secret", harness.sid).output.strip() == shown


@pytest.mark.parametrize("words", [("list", "KS1"), ("redeliver", "DL1"), ("secret", "nobody")])
def test_an_operator_s_mistake_is_one_sentence(run, words):
    done = run(*words)
    assert done.exit_code == 1
    assert "was not found" in done.output and "Traceback" not in done.output
