"""What a view or command gets from the current application: the runtime and the API's base URL."""

from __future__ import annotations

from typing import cast

from flask import current_app

from common.runtime import Runtime

#: In the WSGI environment: what the event loop has begun (proxy/edge): the steps of a webhook, or an ApiCall.
BEGUN = "maskline.begun"


def runtime() -> Runtime:
    """Built at first use in a `flask …` command; then raises ConfigError if the settings are wrong."""
    runtime_or_factory = current_app.extensions["maskline"]
    if not isinstance(runtime_or_factory, Runtime):
        current_app.extensions["maskline"] = runtime_or_factory()
    return cast(Runtime, current_app.extensions["maskline"])


def api_base() -> str:
    """Built from PUBLIC_URL, never from the Host header, which the caller chooses."""
    return base_of(runtime())


def base_of(rt: Runtime) -> str:
    return rt.settings.public_url + "/proxy/v1"
