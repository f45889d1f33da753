"""The application that the web server loads, by its interface RSGI. wsgi.py is for `flask …` commands."""

from proxy.edge.operations import Operations
from proxy.edge.report import slow_request
from proxy.edge.server import Edge
from proxy.hung_workers import LoopReports
from proxy.loader import load_app

flask_app = load_app()
runtime = flask_app.extensions["maskline"]
app = Edge(flask_app, slow_request(flask_app), Operations(runtime), runtime.part(LoopReports).begin)
