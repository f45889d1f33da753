"""What the web server loads."""

from proxy.app import create_app

app = create_app()
