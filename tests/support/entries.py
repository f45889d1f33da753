"""Entries of the stream of events as storage/lua/modules/events.lua writes them, for tests that write their own."""

from __future__ import annotations

from typing import Any


def entry(parts: dict[str, Any]) -> dict[Any, Any]:
    """`parts`: n, e, r, at, t, s and d, as storage.short_form.unfold_event returns them."""
    head = " ".join(str(parts[name]) for name in ("n", "e", "r", "at", "t", "s"))
    detail = parts["d"] if isinstance(parts["d"], bytes) else parts["d"].encode()
    return {"e": head.encode() + b"\n" + detail}
