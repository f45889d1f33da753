"""The baseline: a Flask view that only answers constant TwiML."""

from __future__ import annotations

from flask import Flask, Response

from carrier.twiml import EMPTY
from proxy.edge.server import Edge

app = Flask(__name__)


@app.post("/webhooks/<service_sid>/message/<token>")
def constant(service_sid: str, token: str) -> Response:
    return Response(EMPTY, mimetype="application/xml")


@app.get("/healthz")
def health() -> str:
    return "ok"


#: For the web server of the Procfile.
edge = Edge(app)
