"""Every status that the API answers, and that each SDK release understands it correctly.

The statuses are those of Twilio's OpenAPI file, with two exceptions, where the file changed after most releases:
DELETE of a Participant is 204 (the file: 200 since 2024-05; twilio-python 6.35 to 9.8 and twilio-node 3.8 to 5.10 treat
200 as a failure), POST of a MessageInteraction is 201 (the file: 200 since 2024-06; every release accepts both).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.api_keys import add_key
from tests.programs import sdks
from tests.support.stack import ACCOUNT

# Slow: runs whole programs, with the newest and the oldest SDKs, in Python and Node.
pytestmark = pytest.mark.slow


SERVICE = "/Services/KS"
SESSION = f"{SERVICE}/Sessions/KC"
PERSON = f"{SESSION}/Participants/KP"

TABLE = {
    ("GET", "/Services"): {200},
    ("POST", "/Services"): {201},
    ("GET", SERVICE): {200, 401},
    ("POST", SERVICE): {200},
    ("DELETE", SERVICE): {204},
    ("GET", f"{SERVICE}/PhoneNumbers"): {200},
    ("POST", f"{SERVICE}/PhoneNumbers"): {201},
    ("GET", f"{SERVICE}/PhoneNumbers/PN"): {200},
    ("POST", f"{SERVICE}/PhoneNumbers/PN"): {200},
    ("DELETE", f"{SERVICE}/PhoneNumbers/PN"): {204},
    ("GET", f"{SERVICE}/ShortCodes"): {200},
    ("GET", f"{SERVICE}/Sessions"): {200},
    ("POST", f"{SERVICE}/Sessions"): {201, 400, 403},
    ("GET", SESSION): {200, 404},
    ("POST", SESSION): {200},
    ("DELETE", SESSION): {204, 404},
    ("GET", f"{SESSION}/Participants"): {200},
    ("POST", f"{SESSION}/Participants"): {201},
    ("GET", PERSON): {200},
    ("DELETE", PERSON): {204},
    ("GET", f"{SESSION}/Interactions"): {200},
    ("GET", f"{SESSION}/Interactions/KI"): {200},
    ("DELETE", f"{SESSION}/Interactions/KI"): {204},
    ("GET", f"{PERSON}/MessageInteractions"): {200},
    ("POST", f"{PERSON}/MessageInteractions"): {201},
    ("GET", f"{PERSON}/MessageInteractions/KI"): {200},
}
#: Calls that a release does not support. The oldest cannot create a Service either: the tests create it.
UNKNOWN: dict[str, set[tuple[str, str]]] = {
    "oldest": {("POST", f"{SERVICE}/PhoneNumbers/PN"), ("DELETE", f"{SESSION}/Interactions/KI")},
    "middle": set(),
    "newest": {("GET", f"{SERVICE}/ShortCodes")},
}
PYTHONS = {"oldest": sdks.OLDEST, "middle": sdks.MIDDLE, "newest": sdks.NEWEST}

Seen = dict[tuple[str, str], set[int]]


@pytest.fixture
def seen(stack: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    """Each request and its statuses: the key is the method and the path, with SIDs cut to their two letters."""
    found: Seen = {}
    answer = stack.app.wsgi_app

    def listen(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        path = re.sub("[0-9a-f]{32}", "", environ["PATH_INFO"].removeprefix("/proxy/v1"))

        def begin(status: str, *more: Any) -> Any:
            if environ["PATH_INFO"].startswith("/proxy/v1"):
                found.setdefault((environ["REQUEST_METHOD"], path), set()).add(int(status[:3]))
            return start(status, *more)

        return answer(environ, begin)

    monkeypatch.setattr(stack.app, "wsgi_app", listen)
    yield found


@pytest.fixture
def play(run: Callable[..., None], stack: Any, seen: Seen) -> Callable[..., Seen]:
    def program(command: list[Any], sdk: str) -> Seen:
        sid, secret = add_key(stack.runtime, ACCOUNT, "read-only", "")
        run(command, 0, SDK=sdk, READER_SID=sid, READER_SECRET=secret)
        return seen

    return program


@pytest.mark.parametrize("sdk", UNKNOWN)
def test_python(play, sdk):
    assert play([sdks.python(PYTHONS[sdk]), "-m", "python.statuses"], sdk) == expected(sdk)


@pytest.mark.parametrize("sdk", UNKNOWN)
def test_node(play, node, sdk):
    assert play([node, "node/statuses.js"], sdk) == expected(sdk)


def expected(sdk: str) -> Seen:
    return {place: statuses for place, statuses in TABLE.items() if place not in UNKNOWN[sdk]}
