#!/usr/bin/env bash
# twilio-python tells of a refused list without the error's code or status.
#
# Tool and version: the PyPI package twilio, 9.8.4.
# One would guess: whatever call is refused with {"code": 70051, "status": 401, ...} raises TwilioRestException, whose
# `code` and `status` a program compares.
# Seen: fetch() and create() do. list() and page() raise the plain TwilioException, which has neither; code and
# status stand in the words of the error alone. So a program that catches TwilioRestException to tell a missing permission
# (or a used-up limit, 429) from other trouble lets those of lists pass.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check twilio==9.8.4 2> /dev/null

cat > probe.py <<'PY'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import twilio
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client


class Refusing(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"code": 70051, "message": "a permission is missing", "more_info": "", "status": 401}).encode()
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *args):
        pass


server = HTTPServer(("127.0.0.1", 0), Refusing)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = Client("AC" + "1" * 32, "token")
client.api.base_url = f"http://127.0.0.1:{server.server_port}"
acts = {
    "fetch": lambda: client.messages("SM" + "2" * 32).fetch(),
    "create": lambda: client.messages.create(to="+14085550111", from_="+14155550100", body="x"),
    "list": lambda: client.messages.list(),
    "page": lambda: client.messages.page(),
}
seen = {}
for name, act in acts.items():
    try:
        act()
    except TwilioException as error:
        seen[name] = (isinstance(error, TwilioRestException), getattr(error, "code", None), "70051" in str(error))
print(twilio.__version__, seen)
has_code, has_none = (True, 70051), (False, None)
assert seen["fetch"][:2] == seen["create"][:2] == has_code
assert seen["list"] == seen["page"] == (*has_none, True)
PY
venv/bin/python probe.py
