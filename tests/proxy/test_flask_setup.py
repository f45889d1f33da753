"""The short way to the views of webhooks gives what Flask's own matching gives."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder

from common.runtime import Runtime
from proxy.app import create_app

SID = "KS" + "0" * 32
PATHS = [
    f"/webhooks/{SID}/message/token", f"/webhooks/{SID}/voice/token", f"/webhooks/{SID}/status/KI1/token",
    f"/webhooks/{SID}/whisper/KI1/token", f"/webhooks/{SID}/ended/KI1/to%2Fken", "/webhooks/caf%C3%A9/message/token",
    f"/webhooks/{SID}/message/", f"/webhooks/{SID}/message//token", f"/webhooks/{SID}/message/a/b",
    "/webhooks//message/t",
    f"/webhooks/{SID}/other/token", f"/webhooks/{SID}", "/webhooks/", "/webhooks/trial",
    f"/webhooks/{SID}/status/token",
    "/webhooks/<service_sid>/message/<token>", f"//webhooks/{SID}/message/token", "/proxy/v1/Services", "/healthz",
]  # fmt: skip


@pytest.fixture(scope="module")
def app() -> Flask:
    def none() -> Runtime:
        raise AssertionError("matching needs no runtime")

    return create_app(none)


@pytest.mark.parametrize("method", ["POST", "GET", "HEAD"])
@pytest.mark.parametrize("path", PATHS)
def test_the_same_view(app: Flask, path: str, method: str) -> None:
    environ = EnvironBuilder(path, method=method).get_environ()
    context = app.request_context(environ)
    with context:
        found = context.request.url_rule, context.request.view_args
        assert (context.request.routing_exception is None) == (found[0] is not None)
    try:
        expected = app.url_map.bind_to_environ(environ).match(return_rule=True)
    except HTTPException:
        expected = (None, None)  # type: ignore[assignment]
    assert found == expected
