"""Each kind of wrong store address has its own error message; temporary failures have none."""

from __future__ import annotations

import datetime
import http.server
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dev import store as embedded
from storage.probe import StoreRefused, check_store
from storage.store import StoreUnavailable, connect

WORD = "a-secret-word"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server with a password and a user who may run only PING."""
    server = embedded.start(tmp_path_factory.mktemp("locked"), port=embedded.free_port(0))
    client = connect(server.url)
    client.acl_setuser("weak", enabled=True, passwords=[f"+{WORD}"], commands=["+ping"])
    client.config_set("requirepass", WORD)
    yield server.port
    server.stop()


def refused(url: str) -> str:
    with pytest.raises(StoreRefused) as caught:
        check_store(url, "QUEUE_URL")
    told = str(caught.value)
    assert told.startswith("QUEUE_URL: ") and WORD not in told and "\n" not in told
    return told


def test_the_right_one(port):
    check_store(f"redis://:{WORD}@127.0.0.1:{port}/0", "REDIS_URL")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("redis://127.0.0.1:{port}/0", "asks for a password. Write: QUEUE_URL=redis://:password@"),
        ("redis://:wrong@127.0.0.1:{port}/0", "refuses the user or password. Write: "),
        (f"redis://nobody:{WORD}@127.0.0.1:{{port}}/0", "refuses the user or password. Write: "),
        (f"redis://:{WORD}@127.0.0.1:{{port}}/99", "no database of that number. Write: QUEUE_URL=redis://host:6379/0"),
        (f"redis://weak:{WORD}@127.0.0.1:{{port}}/0", "has not all the permissions needed. Run: ACL SETUSER"),
        (f"rediss://:{WORD}@127.0.0.1:{{port}}/0", "does not use TLS. Write: QUEUE_URL=redis://"),
    ],
)
def test_what_no_waiting_mends(port, address, told):
    assert told in refused(address.format(port=port))


def test_a_password_that_nobody_asks_for(valkey_url):
    told = refused(valkey_url.replace("redis://", f"redis://:{WORD}@"))
    assert "a password is given, but the store has none. Write: QUEUE_URL=redis://host" in told


def test_a_web_server():
    with http.server.HTTPServer(("127.0.0.1", 0), Silent) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        assert "neither Redis nor Valkey" in refused(f"redis://127.0.0.1:{server.server_port}/0")
        server.shutdown()


class Silent(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Writes no log line."""


def test_a_port_that_speaks_tls(tmp_path):
    with encrypted(tmp_path) as line:
        port = line.getsockname()[1]
        threading.Thread(target=shake_hands, args=(line,), daemon=True).start()
        assert "uses TLS. Write: QUEUE_URL=rediss://" in refused(f"redis://127.0.0.1:{port}/0")
        assert "certificate is not trusted" in refused(f"rediss://127.0.0.1:{port}/0")


def encrypted(folder: Path) -> ssl.SSLSocket:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + datetime.timedelta(days=1)
    ).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    line = socket.create_server(("127.0.0.1", 0))
    return context.wrap_socket(line, server_side=True)


def shake_hands(line: ssl.SSLSocket) -> None:
    while True:
        try:
            line.accept()[0].close()
        except ssl.SSLError:
            continue
        except OSError:
            return


@pytest.mark.parametrize("host", ["127.0.0.1:1", "no-such-host.invalid:6379"])
def test_what_may_pass(host):
    with pytest.raises(StoreUnavailable, match=r"nothing listens|is not known"):
        check_store(f"redis://:{WORD}@{host}/0", "REDIS_URL")
