"""The web application, put together."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from proxy import (
    api,
    cli,
    cli_blocks,
    cli_callbacks,
    cli_content,
    cli_doctor,
    cli_numbers,
    cli_optouts,
    cli_outbox,
    cli_redact,
    events,
    health,
    media,
    ops,
    webhooks,
)
from proxy.api import errors
from proxy.edge import Edge
from relay.runtime import Runtime


def create_app(runtime: Runtime | Callable[[], Runtime]) -> Flask:
    """`runtime` may be a function that builds it when it is first needed."""
    app = Edge(__name__)
    app.extensions["maskline"] = runtime
    errors.register(app)
    for blueprint in (api.bp, events.bp, ops.bp, health.bp, media.bp, *webhooks.blueprints):
        app.register_blueprint(blueprint)
    groups = (
        cli_callbacks.callbacks,
        cli_content.content,
        cli_doctor.doctor,
        cli_numbers.numbers,
        cli_outbox.outbox,
        cli_optouts.optouts,
        cli_blocks.blocks,
        cli_redact.redact,
    )
    for group in (*cli.groups, *groups):
        app.cli.add_command(group)
    return app
