"""The responses of the API: JSON, or nothing."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

#: json.dumps would create a new encoder for each call.
_encode = json.JSONEncoder(separators=(",", ":")).encode


def json_response(body: dict[str, Any], status: int = 200) -> Response:
    return Response(_encode(body), status, mimetype="application/json")


def no_content() -> Response:
    """204 without body and Content-Type: the SDKs treat any byte in the answer to a DELETE as a result."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response
