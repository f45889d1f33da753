"""GET /media/<id>/<expires>/<token>: a clean file, for the carrier. The token is the proof: who has it may read."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from media import file_store
from media.links import verify
from proxy.edge import runtime

bp = Blueprint("media", __name__)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


@bp.get("/media/<file>/<expires>/<token>")
def serve(file: str, expires: str, token: str) -> Response:
    """A forged link, one that has ended and a file that is gone look alike."""
    rt = runtime()
    genuine = verify(rt.index.proof, file, expires, token, rt.now_ms() / 1000)
    found = file_store.read(rt, file) if genuine else None
    if found is None:
        abort(404)
    shown = {"Content-Disposition": f'inline; filename="media.{found.extension}"', **HEADERS}
    return Response(found.data, content_type=found.type, headers=shown)
