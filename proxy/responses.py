"""The responses of the API: JSON, or nothing."""

from __future__ import annotations

import json
from typing import Any

import orjson
from flask import Response

#: json.dumps would create a new encoder for each call.
_encode = json.JSONEncoder(separators=(",", ":")).encode


def json_bytes(body: dict[str, Any]) -> bytes:
    """The same bytes as Python's own encoder, which escapes what is not ASCII; most answers have only ASCII."""
    try:
        fast = orjson.dumps(body)
    except TypeError:
        fast = b"\xff"
    return fast if fast.isascii() else _encode(body).encode()


def json_response(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json_bytes(body), status, mimetype="application/json")


def no_content() -> Response:
    """204 without body and Content-Type: the SDKs treat any byte in the answer to a DELETE as a result."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response
