"""Builds the Flask application: blueprints, error handlers."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from common.runtime import Runtime
from proxy import api, events, health, media, ops, webhooks
from proxy.api import errors
from proxy.cli.commands import Commands
from proxy.flask_setup import MasklineFlask
from proxy.private_answers import mark_private


def create_app(runtime: Runtime | Callable[[], Runtime]) -> Flask:
    """`runtime` may be a function; it is called when the runtime is first needed."""
    app = MasklineFlask(__name__)
    app.cli = Commands(app.name)
    app.extensions["maskline"] = runtime
    errors.register(app)
    app.after_request(mark_private)
    for blueprint in (api.bp, events.bp, ops.bp, health.bp, media.bp, *webhooks.blueprints):
        app.register_blueprint(blueprint)
    return app
