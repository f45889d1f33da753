"""Media at the carrier: reading a phone's media needs credentials; an app's media is fetched from the app."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from simulator.__main__ import main
from tests.simulator.conftest import ALICE

PICTURE = b"\x89PNG and some bytes"


@pytest.fixture
def gallery() -> Iterator[tuple[str, list[str]]]:
    """The URL of an app's server with one picture, and the HTTP methods of the requests that it got."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.command)
            found = self.path == "/a.png"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(PICTURE) if found else 0))
            self.end_headers()
            if found and self.command == "GET":
                self.wfile.write(PICTURE)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_what_a_phone_sends_has_to_be_asked_for_with_credentials(app, client, phones, owned):
    owned[0].update(sms_url=app.say("/sms", "<Response/>"))
    shot = {"data": b64encode(PICTURE).decode(), "content_type": "image/png"}
    phones.text(ALICE, owned[0].phone_number, "", media=[shot])
    form = phones.log(kind="message")[-1]["params"]
    assert (form["NumMedia"], form["MediaContentType0"]) == ("1", "image/png")
    assert requests.get(form["MediaUrl0"], timeout=30).status_code == 401
    answer = requests.get(form["MediaUrl0"], auth=(client.username, client.password), timeout=30)
    assert (answer.content, answer.headers["Content-Type"]) == (PICTURE, "image/png")


def test_media_are_deleted_one_by_one(client, phones, owned):
    shots = [{"data": b64encode(PICTURE).decode()}, "https://m.example/b.gif"]
    sid = phones.text(ALICE, owned[0].phone_number, "x", media=shots)["sid"]
    first, second = client.messages(sid).media.list()
    assert client.messages(sid).media(first.sid).delete()
    assert [one.sid for one in client.messages(sid).media.list()] == [second.sid]
    assert client.messages(sid).fetch().num_media == "1"


def test_what_an_app_sends_is_fetched(gallery, client, phones, carrier, owned):
    base, asked = gallery
    client.messages.create(to=ALICE, from_=owned[0].phone_number, body="x", media_url=[f"{base}/a.png"])
    (seen,) = phones.ask("GET", f"/inbox/{ALICE}")["messages"]
    (one,) = seen["media"]
    assert (one["status"], one["size"], one["content_type"]) == (200, len(PICTURE), "image/png")
    assert asked == ["HEAD", "GET"]
    assert requests.get(f"{carrier.url}/sim/media/{one['sid']}", timeout=30).content == PICTURE


def test_what_cannot_be_fetched_stands_in_the_debugger(gallery, client, phones, owned):
    base, _ = gallery
    client.messages.create(to=ALICE, from_=owned[0].phone_number, body="x", media_url=[f"{base}/none.png"])
    (seen,) = phones.ask("GET", f"/inbox/{ALICE}")["messages"]
    assert (seen["media"][0]["status"], seen["media"][0]["size"]) == (404, None)
    assert [alert["error_code"] for alert in phones.ask("GET", "/alerts")["alerts"]] == [11200]


def test_a_file_of_this_machine(carrier, client, owned, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SIMULATOR_URL", carrier.url)
    (tmp_path / "a.png").write_bytes(PICTURE)
    main(["text", ALICE, owned[0].phone_number, "x", "--media", str(tmp_path / "a.png")])
    message = client.messages.list(from_=ALICE)[0]
    (one,) = message.media.list()
    url = f"{carrier.url}{one.uri.removesuffix('.json')}"
    assert requests.get(url, auth=(client.username, client.password), timeout=30).content == PICTURE
    assert main(["text", ALICE, owned[0].phone_number, "x", "--media", str(tmp_path / "none")]) == 2
    assert "neither an address nor a file" in capsys.readouterr().err
