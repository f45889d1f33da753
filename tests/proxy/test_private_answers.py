"""Every answer forbids storing and sniffing, and does not name the server: successes and errors, of every part."""

from __future__ import annotations

import pytest

from proxy.app import create_app
from tests.support.api import logged_in
from tests.support.fixtures import clock, stack
from tests.support.stack import Stack

__all__ = ["clock", "stack"]

ASKED = (
    ("GET", "/proxy/v1/Services"), ("POST", "/proxy/v1/Services"), ("GET", "/proxy/v1/Services/none"),
    ("GET", "/nothing"), ("PUT", "/proxy/v1/Services"), ("GET", "/healthz"), ("GET", "/readyz"),
    ("POST", "/webhooks/KS0/message/x"), ("GET", "/webhooks/KS0/message/x"), ("POST", "/webhooks/trial"),
    ("GET", "/media/a/1/b"), ("GET", "/events/v1/Services/none/Deliveries"), ("GET", "/ops/v1/outbox"),
)  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ASKED)
@pytest.mark.parametrize("known", [True, False], ids=["logged in", "a stranger"])
def test_an_answer(stack: Stack, method: str, path: str, known: bool) -> None:
    app = create_app(stack.runtime)
    client = logged_in(app) if known else app.test_client()
    headers = client.open(path, method=method).headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Server"] == "-"
