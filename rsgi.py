"""The application that the web server loads, by its interface RSGI. wsgi.py is for `flask …` commands."""

from proxy.edge.operations import Operations
from proxy.edge.report import slow_request
from proxy.edge.server import Edge
from proxy.loader import load_app

flask_app = load_app()
app = Edge(flask_app, slow_request(flask_app), Operations(flask_app.extensions["maskline"]))
