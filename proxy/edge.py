"""What every view needs: the runtime, the address we are known by, and answers in JSON."""

from __future__ import annotations

import json
from typing import Any, cast

from flask import Flask, Response, current_app
from werkzeug.routing import BaseConverter, Map

from common.runtime import Runtime

#: Bytes; a larger body is answered 413 before it is read.
BODY_LIMIT = 64 * 1024


class SidConverter(BaseConverter):
    """`<sid("PN"):sid>` in a route: anything but such a SID is no path of ours, so 404."""

    def __init__(self, map: Map, prefix: str) -> None:
        super().__init__(map)
        self.regex = f"{prefix}[0-9a-fA-F]{{32}}"

    def to_python(self, value: str) -> str:
        return value[:2] + value[2:].lower()


class Edge(Flask):
    """Flask with our limits and converters. `//` stays in a path: merged, an empty SID would make another route."""

    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None)
        # One more than allowed: of a chunked body, Werkzeug gives the first so many bytes and no error.
        self.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT + 1
        self.url_map.merge_slashes = False
        self.url_map.converters["sid"] = SidConverter


def runtime() -> Runtime:
    """Raises ConfigError in a command whose settings cannot work."""
    found = current_app.extensions["maskline"]
    if not isinstance(found, Runtime):
        found = current_app.extensions["maskline"] = found()
    return cast(Runtime, found)


def api_base() -> str:
    """Never built from the request's Host, which the caller chooses."""
    return runtime().settings.public_url + "/proxy/v1"


#: json.dumps would build one for each call.
_encode = json.JSONEncoder(separators=(",", ":")).encode


def reply(body: dict[str, Any], status: int = 200) -> Response:
    return Response(_encode(body), status, mimetype="application/json")


def empty() -> Response:
    """No body and no type: the SDKs take any byte of a DELETE's answer for a result."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response
