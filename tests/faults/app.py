"""The customer's app: it is asked and notified, and calls the API until it gets an answer, as a good client does."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterable
from typing import Any

import requests

from common.sids import new
from tests.support.answering_app import App, Asked, Reply
from tests.support.stack import ACCOUNT, TOKEN

FORBIDDEN = "please-stop-this"
#: Seconds that one try may take.
TRY_SECONDS = 10
#: Seconds that a request is repeated where an answer must come: at least 20 tries. While one of two web workers is
#: suspended, each try by a new connection reaches it with probability 1/2, so all of them do once in a million times.
PATIENCE = 20.0 * TRY_SECONDS


class NoAnswer(Exception):
    """The API gave no answer in all that time: the app does not know what was done."""


class CustomersApp:
    """Receives what the product posts, and calls the API.

    A request that gets no answer, 409, 429 or 5xx is repeated for PATIENCE, or as long as `be_patient` says. 409: the
    process that had the request first was killed, and its Idempotency-Key is free again after 60 s.
    """

    def __init__(self, api_url: str, seed: int) -> None:
        self.api_url = api_url
        self._server, self._dice = App(), random.Random(seed)
        self._server.answer = self._answer
        self._local = threading.local()
        self.url = self._server.url

    @property
    def asked(self) -> list[Asked]:
        return list(self._server.asked)

    def be_patient(self, seconds: float) -> None:
        """For this thread: how long a request is repeated."""
        self._local.patience = seconds

    def stop(self) -> None:
        self._server.stop()

    def _answer(self, asked: Asked) -> Reply:
        if asked.path != "/intercept":
            return 200
        time.sleep(self._dice.random() * 0.2)
        return 403 if FORBIDDEN in asked.body.decode() else 200

    def call(self, method: str, path: str, form: Any = None) -> tuple[int, Any]:
        """Status and body. A creation carries an Idempotency-Key, the same in each try. Raises NoAnswer."""
        headers = {"Idempotency-Key": new("")} if method == "POST" else {}
        deadline, pause = time.monotonic() + getattr(self._local, "patience", PATIENCE), 0.2
        while True:
            status, body = self.try_once(method, path, form, headers)
            if status and status != 429 and status < 500 and status != 409:
                return status, body
            if time.monotonic() > deadline:
                raise NoAnswer(f"{method} {path}: {status} {body}")
            time.sleep(pause)
            pause = min(2 * pause, 2.0)

    def try_once(self, method: str, path: str, form: Any, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """Status 0: no answer."""
        try:
            answer = self._client().request(method, self._url(path), data=form, headers=headers, timeout=TRY_SECONDS)
            return answer.status_code, answer.json() if answer.content else {}
        except (requests.RequestException, ValueError):
            return 0, {}

    def done(self, method: str, path: str, form: Any = None) -> Any:
        status, body = self.call(method, path, form)
        assert status < 300, f"{method} {path}: {status} {body}"
        return body

    def has(self, path: str) -> bool:
        return self.call("GET", path)[0] != 404

    def list(self, path: str, name: str, state: str = "") -> list[dict[str, Any]]:
        found, page = [], f"{path}?PageSize=100{'&State=' + state if state else ''}"
        while page:
            body = self.done("GET", page)
            found += body[name]
            following = body["meta"]["next_page_url"] or ""
            page = following.removeprefix(self.api_url)
        return found

    def _url(self, path: str) -> str:
        """Paths of Proxy are given without their prefix, and pages whole."""
        return (
            self.api_url + path
            if path.startswith(("/ops/", "/events/", "/proxy/"))
            else f"{self.api_url}/proxy/v1{path}"
        )

    def _client(self) -> requests.Session:
        if not hasattr(self._local, "client"):
            self._local.client = requests.Session()
            self._local.client.auth = (ACCOUNT, TOKEN)
        client: requests.Session = self._local.client
        return client


def callbacks_by_interaction(told: Iterable[Asked]) -> dict[str, int]:
    """How many callbacks came for each Interaction, each delivery counted once."""
    seen, found = set[str](), dict[str, int]()
    for one in told:
        if one.path == "/callback" and one.headers["webhook-id"] not in seen:
            seen.add(one.headers["webhook-id"])
            sid = one.form["interactionSid"]
            found[sid] = found.get(sid, 0) + 1
    return found
