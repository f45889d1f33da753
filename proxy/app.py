"""The web application, put together."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from common.runtime import Runtime
from proxy import api, events, health, media, ops, webhooks
from proxy.api import errors
from proxy.cli import accounts, blocks, callbacks, content, doctor, numbers, optouts, outbox, redact
from proxy.edge import Edge


def create_app(runtime: Runtime | Callable[[], Runtime]) -> Flask:
    """`runtime` may be a function that builds it when it is first needed."""
    app = Edge(__name__)
    app.extensions["maskline"] = runtime
    errors.register(app)
    for blueprint in (api.bp, events.bp, ops.bp, health.bp, media.bp, *webhooks.blueprints):
        app.register_blueprint(blueprint)
    groups = (
        callbacks.callbacks,
        content.content,
        doctor.doctor,
        numbers.numbers,
        outbox.outbox,
        optouts.optouts,
        blocks.blocks,
        redact.redact,
    )
    for group in (*accounts.groups, *groups):
        app.cli.add_command(group)
    return app
