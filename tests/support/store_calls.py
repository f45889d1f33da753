"""Puts a context around each call of a function of the store, from a thread and from the event loop."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from storage.pipelined import Pipelined
from storage.store import Store


def around_calls(monkeypatch: pytest.MonkeyPatch, around: Callable[[str], AbstractContextManager[None]]) -> None:
    """`around`: gets the name of the function."""
    run, run_on_loop = Store.run, Pipelined.run

    def in_thread(self: Store, script: str, key: str, args: dict[str, Any]) -> Any:
        with around(script):
            return run(self, script, key, args)

    async def on_loop(self: Pipelined, script: str, key: str, args: dict[str, Any]) -> Any:
        with around(script):
            return await run_on_loop(self, script, key, args)

    monkeypatch.setattr(Store, "run", in_thread)
    monkeypatch.setattr(Pipelined, "run", on_loop)
