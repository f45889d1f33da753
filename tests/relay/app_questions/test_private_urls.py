"""In production no callback URL can make us send requests into the private network."""

from __future__ import annotations

import socket

import pytest

from common.sids import new
from services.services import get_service, update_service
from tests.relay.app_questions.service import answer_to, api, inbound, passes
from tests.support.stack import ACCOUNT, Stack
from tests.support.webhooks import WebhookHarness

FIELDS_OF_URLS = ("InterceptCallbackUrl", "OutOfSessionCallbackUrl", "CallbackUrl", "EventsUrl")


@pytest.mark.parametrize("field", FIELDS_OF_URLS)
def test_a_private_url_is_refused_when_it_is_set(guarded, field):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        port = listener.getsockname()[1]
        for url in (
            f"http://127.0.0.1:{port}/", f"https://127.0.0.1:{port}/", "https://127.0.0.1/", "https://localhost:8443/",
            "http://example.com/", "https://169.254.169.254/latest", "https://[::1]/", "https://10.0.0.1/",
        ):  # fmt: skip
            found = api(guarded, "POST", "/proxy/v1/Services", 400, UniqueName=new("x"), **{field: url})
            assert field in found["message"] and url not in found["message"]
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_a_private_url_that_was_set_before_is_never_asked(guarded, app):
    """The URL may be from a time when ALLOW_PRIVATE_CALLBACKS was on."""
    rt = guarded.stack.runtime
    update_service(rt, get_service(rt, ACCOUNT, guarded.sid), {"intercept_callback_url": app.url})
    conversation = guarded.open()
    assert passes(answer_to(guarded, *inbound(guarded, "message", conversation)), conversation)
    assert app.asked == []


@pytest.fixture(scope="module")
def guarded(valkey_url, stack):
    found = Stack(valkey_url, ALLOW_PRIVATE_CALLBACKS="0", API_WRITES_PER_SECOND="0")
    yield WebhookHarness(found, numbers=2)
    found.stop()
