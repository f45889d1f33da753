"""Sends a request to the event loop and to Flask alone, and makes the two answers comparable."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import requests

from storage.servers import SingleServer
from tests.support.webhooks import WebhookHarness

SID = re.compile("[A-Z]{2}[0-9a-f]{32}")
#: The token of an Interaction's URL.
TOKEN = re.compile("(?<=/SID/)[A-Za-z0-9_-]{24}")
#: Each server in front writes these by itself.
SERVERS = frozenset({"date", "connection"})


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: str


def both_ways(
    harness: WebhookHarness, send: Callable[[], list[Answer]], by_loop: bool, path: str = "/webhooks/"
) -> None:
    """Each time with a scene of its own. `by_loop`: whether the event loop alone must answer requests for `path`."""
    _load_service(harness)
    before = harness.stack.edge.flask_answers(path)
    on_loop = send()
    flask_answers = harness.stack.edge.flask_answers(path) - before
    with harness.stack.edge.by_flask():
        by_flask = send()
    assert on_loop == by_flask, f"{on_loop} on the loop, {by_flask} by Flask"
    # A Cluster is asked by threads.
    by_loop = by_loop and isinstance(harness.stack.runtime.store.servers, SingleServer)
    assert on_loop and (flask_answers == 0 or not by_loop)


def _load_service(harness: WebhookHarness) -> None:
    """The first webhook of a Service, and the first one after a change of it, need a thread."""
    stranger = harness.new_person()
    harness.post(harness.message_form(stranger, harness.pool[0], "hello"))


def answer(response: requests.Response, **names: str) -> Answer:
    """Without what differs between two scenes: SIDs, tokens, and the numbers in `names`."""
    body = TOKEN.sub("TOKEN", SID.sub("SID", response.text))
    for name, number in sorted(names.items(), key=lambda item: -len(item[1])):
        body = body.replace(number, name) if number else body
    headers = [(name.lower(), value) for name, value in response.headers.items()]
    return Answer(response.status_code, sorted(each for each in headers if each[0] not in SERVERS), body)
