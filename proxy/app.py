"""The web application, put together."""

from __future__ import annotations

from flask import Flask

from proxy import (
    api,
    cli,
    cli_blocks,
    cli_callbacks,
    cli_content,
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
from relay import config, logs
from relay.runtime import Runtime, build


def create_app(runtime: Runtime | None = None) -> Flask:
    app = Edge(__name__)
    app.extensions["maskline"] = runtime or _runtime()
    errors.register(app)
    for blueprint in (api.bp, events.bp, ops.bp, health.bp, media.bp, *webhooks.blueprints):
        app.register_blueprint(blueprint)
    groups = (
        cli_callbacks.callbacks,
        cli_content.content,
        cli_numbers.numbers,
        cli_outbox.outbox,
        cli_optouts.optouts,
        cli_blocks.blocks,
        cli_redact.redact,
    )
    for group in (*cli.groups, *groups):
        app.cli.add_command(group)
    return app


def _runtime() -> Runtime:
    settings = config.load(config.environment())
    logs.configure(settings.log_level, settings.log_format)
    return build(settings)
