"""GET /media/<id>/<expires>/<token>: the carrier fetches a cleaned file. The token is the only credential."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from common.security_events import Kind
from media import file_store
from media.links import verify
from proxy.context import runtime
from proxy.security import note_request

bp = Blueprint("media", __name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


@bp.get("/media/<file>/<expires>/<token>")
def serve(file: str, expires: str, token: str) -> Response:
    """404 for a forged link, an expired link and a deleted file alike."""
    rt = runtime()
    valid = verify(rt.index.proof, file, expires, token, rt.now_ms() / 1000)
    if not valid:
        note_request(Kind.MEDIA_LINK_REFUSED)
    stored = file_store.read(rt, file) if valid else None
    if stored is None:
        abort(404)
    headers = {"Content-Disposition": f'inline; filename="media.{stored.extension}"', **HEADERS}
    return Response(stored.data, content_type=stored.type, headers=headers)
