"""`flask doctor` and `/readyz`: in a healthy installation, and in installations that are broken in different ways."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from carrier.webhook_urls import number_token, number_url
from common.heartbeat import CLOCK, DEAD_SECONDS, PROCESSES, Heartbeat
from common.queue_name import QueueName
from jobs.queues import open_queue
from media import sandbox_check
from proxy.doctor.checks import CHECKS, examine
from proxy.doctor.finding import BAD, GOOD, SKIPPED, WARNING, CheckContext, Finding
from record.database import open_engine
from record.drain import drain_service
from record.migrate import upgrade
from storage import keys
from storage.store import connect
from tests.guards.source import ROOT
from tests.record.events import SERVICE as LOST
from tests.record.events import emit
from tests.record.servers import emptied_url as emptied_url
from tests.record.servers import own_server as own_server
from tests.support.stack import Stack

# Slow: sets up whole installations, healthy and broken.
pytestmark = pytest.mark.slow


class Installation:
    """A stack with a database, and with the heartbeats of a worker and a clock in the store."""

    def __init__(self, url: str, folder: Path) -> None:
        self.stack = Stack(url)
        self.store = self.stack.runtime.store
        self.environ = {
            **self.stack.environment, "QUEUE_URL": self.stack.environment.get("QUEUE_URL", url.replace("/0", "/1")),
            "DATABASE_URL": f"sqlite:///{folder}/maskline.sqlite3",
        }  # fmt: skip
        upgrade(self.environ["DATABASE_URL"])
        for process in PROCESSES:
            Heartbeat(process).beat(self.store)
        self.service = self.stack.sdk().proxy.v1.services.create(unique_name="rides")
        self.numbers = self.stack.sdk().incoming_phone_numbers.list()
        for number in self.numbers:
            self.stack.sdk().proxy.v1.services("rides").phone_numbers.create(sid=number.sid)


@pytest.fixture
def well(emptied_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    one = Installation(emptied_url, tmp_path)
    for name, value in one.environ.items():
        monkeypatch.setenv(name, value)
    yield one
    one.stack.stop()


def found(check: str | None = None) -> list[Finding]:
    return [finding for finding in examine(CheckContext()) if check in (None, finding.check)]


def the_bad(check: str) -> Finding:
    """The only bad finding of this check."""
    [finding] = [finding for finding in found(check) if finding.state == BAD]
    assert finding.fix, "nobody is told what to do"
    return finding


def doctor(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "doctor", *arguments],
        cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_all_is_well(well):
    done = doctor(well.environ)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert {line.split()[1] for line in done.stdout.splitlines()} == set(CHECKS)
    assert {line.split()[0] for line in done.stdout.splitlines()} == {"ok"}
    assert not any(number.phone_number in done.stdout for number in well.numbers)


def test_json_says_the_same(well):
    done = doctor(well.environ, "--json")
    assert {row["check"] for row in json.loads(done.stdout)} == set(CHECKS)
    assert {name for row in json.loads(done.stdout) for name in row} == {"check", "state", "text", "mend"}


def test_settings_that_cannot_work_leave_one_sentence(well):
    done = doctor({**well.environ, "COOLING_POLICY": "hard"})
    assert done.returncode == 1
    first, *others = done.stdout.splitlines()
    assert first == "FAIL  settings  COOLING_POLICY must be one of soft, strict. Write: COOLING_POLICY=soft"
    assert {line.split()[0] for line in others} == {"skip"}


@pytest.mark.parametrize("path", ["0/99", ":word@127.0.0.1:{}/0"])
def test_a_store_that_cannot_be_used(well, monkeypatch, path):
    port = well.environ["REDIS_URL"].rpartition(":")[2].partition("/")[0]
    url = f"redis://127.0.0.1:{port}/99" if path == "0/99" else "redis://" + path.format(port)
    monkeypatch.setenv("REDIS_URL", url)
    assert the_bad("store").fix.startswith("Write: REDIS_URL=")
    assert [finding.state for finding in found("worker")] == [SKIPPED]


def test_a_store_that_forgets(well, monkeypatch):
    well.store.client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert the_bad("store").fix == "Run: CONFIG SET maxmemory-policy noeviction"
    finally:
        well.store.client.config_set("maxmemory-policy", "noeviction")


def command(process: str) -> str:
    return process if process == CLOCK else f"worker {process}"


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_that_is_dead(well, process):
    assert ready(well) == (
        200,
        {"status": "ready", "store": "ok", "store_memory": "room", **dict.fromkeys(PROCESSES, "alive")},
    )
    last = well.store.now_ms() - 1000 * (DEAD_SECONDS + 5)
    well.store.client.hset(keys.ring("heartbeats"), process, last)
    finding = the_bad("clock" if process == CLOCK else "worker")
    assert "not seen for " in finding.text and finding.fix == f"Run: python -m jobs.{command(process)}"
    code, body = ready(well)
    assert code == 503 and body[process] == "dead" and body["status"] == "not ready"
    # Relayed texts and calls do not need this process, so /healthz, which the load balancer asks, is still good.
    assert requests.get(f"{well.stack.url}/healthz", timeout=10).status_code == 200


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_that_never_was(well, process):
    well.store.client.hdel(keys.ring("heartbeats"), process)
    assert "never seen" in the_bad("clock" if process == CLOCK else "worker").text
    assert ready(well)[0] == 503


def ready(well: Installation) -> tuple[int, dict[str, Any]]:
    answer = requests.get(f"{well.stack.url}/readyz", timeout=10)
    return answer.status_code, answer.json()


def test_a_database_without_tables(well, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite3")
    assert "There is no database" in the_bad("database").text
    (tmp_path / "none.sqlite3").touch()
    assert the_bad("database").fix == "Run: python -m record.migrate"


def test_a_record_that_is_behind(well):
    assert [finding.state for finding in found("database")] == [GOOD]
    stream = keys.events(well.service.sid)
    well.store.client.delete(stream)
    well.store.client.xadd(stream, {"d": "{}"}, id=f"{well.store.now_ms() - 3_600_000}-0")
    finding = the_bad("database")
    assert "1 events wait" in finding.text and "is 360" in finding.text


def test_a_store_that_was_emptied(well):
    """The record still has the Service."""
    assert ready(well)[0] == 200
    emit(well.store, 1, 2, LOST)
    drain_service(well.store, open_engine(os.environ["DATABASE_URL"]), LOST)
    finding = the_bad("database")
    assert "the store has lost 1 Service" in finding.text and "REDIS_URL" in str(finding.fix)
    well.store.client.delete(keys.ring("keyring"))
    status, body = ready(well)
    assert (status, body["store"]) == (503, "emptied")


def test_files_are_decoded_by_a_process_that_is_not_locked_in(well, monkeypatch):
    monkeypatch.setenv("MEDIA_SANDBOX", "off")
    (finding,) = found("files")
    assert (finding.state, finding.fix) == (WARNING, sandbox_check.FIX)


@pytest.mark.parametrize("name", QueueName)
def test_jobs_that_nobody_takes(well, name):
    queue = open_queue(connect(well.environ["QUEUE_URL"]), name)
    job = queue.enqueue_call("jobs.recurring.sweep", job_id="sweep-1")
    assert [finding.state for finding in found("queue")] == [GOOD] * len(QueueName)
    queue.connection.hset(job.key, "enqueued_at", "2026-01-01T00:00:00.000000Z")
    assert the_bad("queue").fix == f"Run: python -m jobs.worker {name}"


def test_messages_that_nobody_sends(well):
    queued = keys.service("queued", well.service.sid)
    well.store.client.zadd(queued, {"KI" + "1" * 32: well.store.now_ms() - 3_600_000})
    assert the_bad("outbox").text.startswith("1 messages wait, the oldest for 360")


def test_a_web_process_with_another_token(well, monkeypatch):
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "another-token-0123456789")
    assert "a signed request is refused" in the_bad("address").text


@pytest.mark.parametrize("path", ["/elsewhere", ""])
def test_an_address_that_leads_elsewhere(well, monkeypatch, path):
    """PUBLIC_URL has the port of the carrier's simulator, or a path that no proxy removes."""
    monkeypatch.setenv("PUBLIC_URL", well.stack.url + path if path else well.stack.carrier.url)
    assert "answers at PUBLIC_URL" in the_bad("address").text


def test_an_address_where_nobody_is(well, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:1")
    assert "nothing answers at PUBLIC_URL" in the_bad("address").text


def test_an_address_that_redirects(well, monkeypatch):
    """For example from http to https: the carrier signs the URL that it was given, not the new one."""

    class Redirects(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(308)
            self.send_header("Location", well.stack.url + self.path)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Logs nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Redirects) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setenv("PUBLIC_URL", f"http://127.0.0.1:{server.server_port}")
        assert "redirects (308)" in the_bad("address").text
        server.shutdown()


def test_a_number_that_leads_elsewhere(well):
    number = well.numbers[0]
    well.stack.sdk().incoming_phone_numbers(number.sid).update(sms_url="https://elsewhere.example/sms")
    finding = the_bad("numbers")
    assert finding.text.startswith(f"{number.sid} of {well.service.sid}: its sms_url")
    assert number.phone_number not in finding.text
    # The doctor only reports: it did not change the number.
    assert well.stack.sdk().incoming_phone_numbers(number.sid).fetch().sms_url == "https://elsewhere.example/sms"


def test_a_number_whose_urls_are_not_renewed(well):
    """Before its texts are refused. The note in the store is that of the last look at the carrier."""
    rt, number = well.stack.runtime, well.numbers[0]
    window_ms = 1000 * rt.settings.replay_window_seconds
    since = int(number_token(rt, well.service.sid).partition("-")[0]) * 1000
    for age, words in ((1, None), (1.7, "refused in "), (2, "refused now")):
        ms = well.store.now_ms() - int(age * window_ms)
        well.store.service("note_drift", well.service.sid, {"sid": number.sid, "fields": [], "url_since": ms})
        if words is None:
            assert [finding.state for finding in found("numbers")] == [GOOD]
        else:
            assert words in the_bad("numbers").text and number.phone_number not in the_bad("numbers").text
    well.store.service("note_drift", well.service.sid, {"sid": number.sid, "fields": [], "url_since": since})
    assert [finding.state for finding in found("numbers")] == [GOOD]


def test_webhooks_that_were_refused(well):
    assert [finding.state for finding in found("webhooks")] == [GOOD]
    url = number_url(well.stack.runtime, well.service.sid, "message")
    assert requests.post(url, {"From": "+14085550111"}, timeout=10).status_code == 403
    [finding] = found("webhooks")
    assert (finding.state, finding.fix) == ("warning", "See docs/webhooks.md")
    assert "refused within the last hour (" in finding.text and "4085550111" not in finding.text


@pytest.mark.parametrize("word", ["", "0123456789abcdef0", "<script>"])
def test_the_trial_gives_nothing_but_its_word_back(well, word):
    answer = requests.post(f"{well.stack.url}/webhooks/trial", {"Word": word}, timeout=10)
    assert answer.status_code == 403 and "<script>" not in answer.text


def test_no_check_changes_anything(well):
    before = {key: well.store.client.dump(key) for key in well.store.client.keys("*")}
    found()
    assert {key: well.store.client.dump(key) for key in well.store.client.keys("*")} == before
