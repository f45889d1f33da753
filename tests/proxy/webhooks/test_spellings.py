"""All spellings of a number are one person: in texts and calls at the carrier, in lists, blocks and opt-outs."""

from __future__ import annotations

import re

import pytest
import requests

from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import WebhookHarness

#: A number as the app writes it, as the carrier sends it, and as the carrier needs it in a text and in a call.
PEOPLE = [
    ("+52 1 55 1234 {n}", "+52155{rest}", "+5255{rest}", "+5255{rest}"),
    ("+52 55 1234 {n}", "+5255{rest}", "+5255{rest}", "+5255{rest}"),
    ("+54 9 11 1234 {n}", "+5411{rest}", "+5411{rest}", "+54911{rest}"),
    ("+54 11 15 1234 {n}", "+54911{rest}", "+5411{rest}", "+54911{rest}"),
    ("+44 (0)7400 12{n}", "+44740012{n}", "+44740012{n}", "+44740012{n}"),
]


@pytest.fixture(params=range(len(PEOPLE)), ids=[row[0].split()[0] + f"-{n}" for n, row in enumerate(PEOPLE)])
def spelled(request):
    n = f"{4100 + request.param}"
    return [text.format(n=n, rest=f"1234{n}") for text in PEOPLE[request.param]]


@pytest.fixture
def conversation(harness: WebhookHarness, spelled):
    number = {"+52": "+525550000001", "+54": "+541150000001", "+44": "+442079460001"}[spelled[0][:3]]
    try:
        harness.sim("POST", "/numbers", phone_number=number)
        harness.service.phone_numbers.create(phone_number=number)
    except AssertionError:
        pass  # another row of PEOPLE has added it
    if not any(one.phone_number == number for one in harness.service.phone_numbers.list()):
        harness.service.phone_numbers.create(phone_number=number)
    made = harness.service.sessions.create()
    session = harness.service.sessions(made.sid)
    alice = harness.new_person()
    first = session.participants.create(identifier=alice)
    bob = session.participants.create(identifier=spelled[0])
    assert bob.identifier == spelled[0]
    yield session, alice, first, bob
    session.update(status="closed")


def test_texts_and_calls(harness: WebhookHarness, spelled, conversation):
    _, alice, first, bob = conversation
    _, sent, texted, called = spelled
    assert f'to="{texted}"' in harness.text(alice, first.proxy_identifier, "hello")
    assert harness.inbox(texted)[-1] == (bob.proxy_identifier, "hello")
    # The carrier spells the sender differently, but it is the same person.
    assert f'to="{alice}"' in harness.text(sent, bob.proxy_identifier, "hello")
    harness.sim("POST", "/call?wait=1", **{"from": alice, "to": first.proxy_identifier, "talk": 1})
    dialled = [one["to"] for one in harness.sim("GET", "/calls")["calls"] if one["parent_sid"]]
    assert dialled[-1] == called


def test_click_to_call(harness: WebhookHarness, spelled, conversation):
    session, _, _, bob = conversation
    url = f"{harness.stack.url}/proxy/v1/Services/{harness.sid}/Sessions/{session.fetch().sid}/Calls"
    assert requests.post(url, {"Participant": bob.sid}, auth=(ACCOUNT, TOKEN), timeout=30).status_code == 201
    placed = [one["to"] for one in harness.sim("GET", "/calls")["calls"] if one["direction"] == "outbound-api"]
    assert placed[-1] == spelled[3]


@pytest.mark.parametrize(
    ("prefix", "identifier", "allowed"),
    [
        ("+521", "+52 1 55 1234 4201", True), ("+521", "+52 55 1234 4202", True), ("+52", "+52 1 55 1234 4203", True),
        ("+549", "+54 9 11 1234 4204", True), ("+549", "+54 11 1234 4205", True), ("+5411", "+54 9 11 1234 4206", True),
        ("+5411", "+54 9 351 234 4207", False), ("+4420", "+44 (0)20 7946 0208", True),
    ],
)  # fmt: skip
def test_prefixes(harness: WebhookHarness, prefix, identifier, allowed):
    assert harness.set_fields(AllowedPrefixes=prefix).status_code == 200
    session = harness.service.sessions.create().sid
    url = f"{harness.stack.url}/proxy/v1/Services/{harness.sid}/Sessions/{session}/Participants"
    code = requests.post(url, {"Identifier": identifier}, auth=(ACCOUNT, TOKEN), timeout=30).json().get("code")
    assert (code != 21408) == allowed
    harness.set_fields(AllowedPrefixes="")


def test_a_prefix_that_no_number_has(harness: WebhookHarness):
    answer = harness.set_fields(AllowedPrefixes="+440")
    assert answer.status_code == 400
    assert re.search(r"no number of \+44 has a 0 after \+44", answer.json()["message"])


def test_blocks_and_opt_outs_know_the_person(harness: WebhookHarness):
    run = harness.stack.app.test_cli_runner()
    stop, lift = ["block", "add", harness.sid, "--person"], ["block", "remove", harness.sid, "--person"]
    assert "person: blocked" in run.invoke(args=stop, input="+44 (0)7400 129999\n").output
    assert "person: unblocked" in run.invoke(args=lift, input="+447400129999\n").output
    taken = run.invoke(args=["optouts", "import", harness.sid], input="+52 1 55 1234 9999\n+525512349999\n").output
    assert taken == "1 new\n"


def test_a_time_zone_of_a_participant(harness: WebhookHarness):
    session = harness.service.sessions.create().sid
    url = f"{harness.stack.url}/proxy/v1/Services/{harness.sid}/Sessions/{session}/Participants"
    wrong = requests.post(
        url, {"Identifier": harness.new_person(), "TimeZone": "Mars/Base"}, auth=(ACCOUNT, TOKEN), timeout=9
    )
    assert (wrong.status_code, "TimeZone" in wrong.json()["message"]) == (400, True)
    person = {"Identifier": harness.new_person(), "TimeZone": "Asia/Tokyo"}
    made = requests.post(url, person, auth=(ACCOUNT, TOKEN), timeout=9).json()
    assert made["time_zone"] == "Asia/Tokyo"
    assert requests.get(made["url"], auth=(ACCOUNT, TOKEN), timeout=9).json()["time_zone"] == "Asia/Tokyo"
