"""Headers of every answer: none may be stored on its way, none is anything else than its Content-Type says.

Nearly every answer has something private, so the few others are treated alike. The server cannot leave out its own
`Server` header (granian issue 594), but sends the application's instead, which says nothing.
"""

from __future__ import annotations

from flask import Response

HEADERS = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Server", "-"))


def mark_private(response: Response) -> Response:
    headers = response.headers
    for name, value in HEADERS:
        if name not in headers:
            headers[name] = value
    return response
