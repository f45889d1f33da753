"""The values that the store adds to the arguments of each script."""

from __future__ import annotations

import json
from typing import Any

import redis

from storage.store import Store


class Unsteady(Store):
    """A store that loses every second answer and keeps the arguments it sent."""

    def __init__(self) -> None:
        super().__init__("redis://127.0.0.1:1/0", lambda: 5)
        self.sent: list[dict[str, Any]] = []

    def _evaluate(self, script: str, tag_key: str, text: str) -> bytes:
        self.sent.append(json.loads(text))
        if len(self.sent) % 2:
            raise redis.exceptions.ConnectionError
        return b"{}"


def test_each_call_has_its_own_random_and_a_repetition_keeps_it():
    store = Unsteady()
    for _ in range(2):
        store.service("sweep", "KS1", {"most": 1})
    first, again, second, _ = store.sent
    assert first == again == {"most": 1, "random": first["random"], "now": 5}
    assert len(first["random"]) == 32 and first["random"] != second["random"]
