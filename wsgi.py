"""What the web server loads."""

from proxy.serving import load

app = load()
