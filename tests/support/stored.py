"""What the store has of a Session, for tests of its form."""

from __future__ import annotations

import redis

from storage import keys


def session_text(client: redis.Redis, service_sid: str, session_sid: str) -> bytes:
    """The packed document; see storage/lua/modules/session_text.lua."""
    text = client.hget(keys.service("session", service_sid, session_sid[2:4]), session_sid[4:])
    assert isinstance(text, bytes)
    return text
