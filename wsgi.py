"""The WSGI application that the web server loads."""

from proxy.loader import load_app

app = load_app()
