"""A new sealing key, everything sealed again, and the old key leaves: all stays readable."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from common import config
from common.assembly import build
from common.identifiers import identifier_associated_data
from common.sids import new
from jobs.sealing import resealing
from policy.blocks import all_blocks, blocked_number
from policy.content_lists import get_lists
from policy.opt_outs import OptOut, export_opt_outs, import_opt_outs
from record.database import open_engine
from record.details import is_sealed, open_detail
from record.drain import drain_service
from record.migrate import upgrade
from record.walk import verify
from services.accounts import add_account
from services.services import get_service
from storage import keyring, keys
from storage.sealed_values import find_values
from storage.store import connect
from tests.privacy.at_rest import READERS, flat
from tests.support import stores
from tests.support.stack import ACCOUNT, TOKEN, Stack
from tests.support.webhooks import Clock, WebhookHarness

# Slow: seals a whole installation again, several times.
pytestmark = pytest.mark.slow

OTHER_TOKEN = "token-of-another-account-0123456789"
FORMER_URL = "https://former.example/sms?password=of-the-customer"


class Installation:
    """With a value of every kind that stays."""

    def __init__(self, url: str, clock: Clock, folder: Path) -> None:
        database = f"sqlite:///{folder}/record.sqlite3"
        upgrade(database)
        self.clock, self.stack = clock, Stack(url, clock=clock, DATABASE_URL=database)
        self.rt, self.engine = self.stack.runtime, open_engine(database)
        self.harness = WebhookHarness(self.stack, clock)
        self.pool = [self.harness.new_number() for _ in range(2)]
        for number in self.pool:
            self._at_carrier(number).update(sms_url=FORMER_URL)
            self.harness.service.phone_numbers.create(phone_number=number)
        self.talk = self.harness.open(spell=lambda number: f"{number[:2]} {number[2:]}")
        self.harness.set_fields(OutOfSessionCallbackUrl="https://app.example/strangers?key=1")
        self.named = self.harness.service.sessions(self.harness.service.sessions.create(unique_name="the ride").sid)
        self.named.participants.create(identifier=self.harness.new_person(), friendly_name="Jitka")
        self.left = self.harness.new_person()
        gone = self.harness.service.sessions(self.harness.service.sessions.create().sid)
        gone.participants.create(identifier=self.left).delete()
        self.harness.text(self.talk.alice, self.talk.alices, "before the rotation")
        self.harness.text(self.talk.bob, self.talk.bobs, "STOP")
        self.flask("block", "add", self.harness.sid, "--person", input=f"{self.left}\n")
        self.flask("content", "words", self.harness.sid, "es", "-", input="tontisimo\n")
        self.flask("callbacks", "new-secret", self.harness.sid)
        self.other = new("AC")
        add_account(self.rt, self.other, OTHER_TOKEN, self.other, OTHER_TOKEN)

    def _at_carrier(self, number: str) -> Any:
        [found] = self.stack.sdk().incoming_phone_numbers.list(phone_number=number)
        return self.stack.sdk().incoming_phone_numbers(str(found.sid))

    def flask(self, *words: str, code: int = 0, **more: Any) -> str:
        done = self.stack.app.test_cli_runner().invoke(args=words, **more)
        assert done.exit_code == code, done.output
        return str(done.output)

    def drain(self) -> None:
        while drain_service(self.rt.store, self.engine, self.harness.sid):
            pass

    def expire(self) -> None:
        """What the store does within two days: the test's clock does not move the ends of its keys."""
        client = self.rt.store.client
        for key in client.scan_iter():
            if client.pttl(key) > 0:
                client.delete(key)

    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)
        self.rt.seal.seal("a value", "that makes this process read the ring")

    def shown(self) -> dict[str, Any]:
        """Everything sealed, as its owner sees it."""
        rt, harness = self.rt, self.harness
        service = get_service(rt, ACCOUNT, harness.sid)
        login = requests.get(f"{self.stack.url}/proxy/v1/Services", auth=(self.other, OTHER_TOKEN), timeout=30)
        secret = requests.get(
            f"{self.stack.url}/events/v1/Services/{harness.sid}/Secret", auth=(ACCOUNT, TOKEN), timeout=30
        )
        return {
            "url": harness.service.fetch().out_of_session_callback_url,
            "names": [one.friendly_name for one in self.named.participants.list()],
            "unique names": (harness.service.fetch().unique_name, self.named.fetch().unique_name),
            "people": [one.identifier for one in self.talk.session.participants.list()],
            "texts": [one.data for one in self.talk.session.interactions.list()],
            "opt-outs": [(one.identifier, one.by) for one in export_opt_outs(rt, service)],
            "blocked": [blocked_number(rt, service, one) for one in all_blocks(rt, service)],
            "words": dict(get_lists(rt, service).words),
            "login": login.status_code,
            "secret": (secret.json()["secret"], secret.json()["former"][0]["secret"]),
        }

    def values_of(self, key_id: int) -> list[str]:
        """Where the store still has a value of this key."""
        client: Any = self.rt.store.client
        found = []
        for key in client.scan_iter():
            value = READERS[client.type(key).decode()](client, key)
            if find_values(flat(value), frozenset((key_id,))):
                found.append(key.decode())
        return sorted(found)


@pytest.fixture
def installation(valkey_url: str, tmp_path: Path) -> Iterator[Installation]:
    stores.empty(valkey_url)
    connect(valkey_url).config_set("rdbcompression", "no")
    found = Installation(valkey_url, Clock(1_800_000_000_000), tmp_path)
    yield found
    found.stack.stop()
    found.engine.dispose()
    stores.empty(valkey_url)


def test_everything_is_sealed_again_and_the_old_key_leaves(installation: Installation) -> None:
    on, before = installation, installation.shown()
    assert before["login"] == 200 and before["blocked"] == [on.left] and before["words"] == {"es": "tontisimo"}
    url, headers = f"{on.stack.url}/proxy/v1/Services/{on.harness.sid}/Sessions", {"Idempotency-Key": new("key-")}
    assert requests.post(url, auth=(ACCOUNT, TOKEN), headers=headers, timeout=30).status_code == 201
    on.drain()
    assert "2" in on.flask("keyring", "add")
    assert "new" in on.flask("keyring", "list")
    on.wait(keyring.USE_AFTER_SECONDS)
    assert "wait" in on.flask("keyring", "retire", "1", code=1)
    on.harness.text(on.talk.alice, on.talk.alices, "after the rotation")
    on.wait(keyring.LEAVE_AFTER_SECONDS)
    assert "run flask keyring reseal" in on.flask("keyring", "retire", "1", code=1)

    assert "1 values need an old key" in on.flask("keyring", "reseal"), "the answer for an Idempotency-Key"
    on.drain()
    assert "1 values need key 1" in on.flask("keyring", "retire", "1", code=1)
    on.expire()
    assert "No value needs an old key" in on.flask("keyring", "reseal")
    assert on.values_of(1) == []
    assert "has left" in on.flask("keyring", "retire", "1")
    assert on.rt.ring.content().sealing.keys() == {2}

    after = on.shown()
    assert len(after["texts"]) == len(before["texts"]) + 1
    assert {**after, "texts": None} == {**before, "texts": None}
    assert all(text in after["texts"] for text in before["texts"])
    on.harness.service.delete()
    assert {on._at_carrier(number).fetch().sms_url for number in on.pool} == {FORMER_URL}


def test_the_record_stays_readable_and_its_chain_whole(installation: Installation) -> None:
    on = installation
    on.drain()
    details = _details(on)
    on.flask("keyring", "add")
    on.wait(keyring.USE_AFTER_SECONDS + keyring.LEAVE_AFTER_SECONDS)
    on.flask("keyring", "reseal")
    on.drain()
    on.expire()
    on.flask("keyring", "reseal")
    on.flask("keyring", "retire", "1")
    stored = _details(on)
    sealed = [n for n, detail in stored.items() if is_sealed(detail)]
    assert sealed and len(sealed) < len(stored), "only details that had sealed values"
    opened = {n: open_detail(on.rt.seal, on.harness.sid, n, detail) for n, detail in stored.items()}
    assert {n: opened[n].text for n in details} == details
    good, blind = verify(on.engine, on.harness.sid, on.rt.seal), verify(on.engine, on.harness.sid)
    assert (good.bad_n, good.unread) == (None, 0)
    assert (blind.bad_n, blind.unread) == (None, len(sealed))

    person = on.talk.session.participants.list()[0]
    data = identifier_associated_data(on.harness.sid, person.sid)
    values = [value for one in opened.values() for value in one.keys if person.sid in one.text]
    numbers = {number for value in values for one in opened.values() if (number := _opened(one, on, value, data))}
    assert on.talk.alice in numbers


def _details(on: Installation) -> dict[int, str]:
    with on.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT n, detail FROM event_details WHERE service_sid = ?", (on.harness.sid,)
        )
        return {row[0]: row[1] for row in rows}


def _opened(detail: Any, on: Installation, value: str, data: str) -> str | None:
    try:
        return str(detail.open_value(on.rt.seal, value, data))
    except Exception:
        return None


def test_a_second_rotation_seals_the_record_again(installation: Installation) -> None:
    on = installation
    for old in (1, 2):
        on.flask("keyring", "add")
        on.wait(keyring.USE_AFTER_SECONDS + keyring.LEAVE_AFTER_SECONDS)
        on.harness.text(on.talk.alice, on.talk.alices, f"after rotation {old}")
        on.flask("keyring", "reseal")
        on.drain()
        on.expire()
        on.flask("keyring", "reseal")
        on.flask("keyring", "retire", str(old))
    assert verify(on.engine, on.harness.sid, on.rt.seal).bad_n is None
    assert on.shown()["login"] == 200


def test_what_cannot_be_retired(installation: Installation) -> None:
    on = installation
    assert "is not the id" in on.flask("keyring", "retire", "7", code=1)
    assert "add another one first" in on.flask("keyring", "retire", "1", code=1)
    on.flask("keyring", "add")
    assert "add another one first" in on.flask("keyring", "retire", "2", code=1)
    assert on.rt.ring.content().sealing.keys() == {1, 2}


def test_a_value_that_changes_while_it_is_sealed_again(installation: Installation, monkeypatch: Any) -> None:
    """A text arrives between reading a Session and writing it: nothing of it is lost."""
    on = installation
    on.flask("keyring", "add")
    on.wait(keyring.USE_AFTER_SECONDS)
    whole: Callable[..., Any] = on.rt.store.run

    def later(script: str, key: str, args: dict[str, Any]) -> Any:
        if script == "reseal" and ":session:" in key:
            on.harness.text(on.talk.alice, on.talk.alices, "in between")
        return whole(script, key, args)

    monkeypatch.setattr(on.rt.store, "run", later)
    on.flask("keyring", "reseal")
    monkeypatch.undo()
    assert sum("in between" in text for text in on.shown()["texts"]) >= 1
    assert on.shown()["people"]


def test_a_service_with_many_opt_outs_does_not_hold_up_the_store(installation: Installation, monkeypatch: Any) -> None:
    """The work of one call does not grow with them: each text is looked through for its own value alone."""
    on = installation
    service = get_service(on.rt, ACCOUNT, on.harness.sid)
    people = [OptOut(f"+1415555{n:04}", None) for n in range(2 * resealing.AT_ONCE)]
    import_opt_outs(on.rt, service, people)
    on.flask("keyring", "add")
    on.wait(keyring.USE_AFTER_SECONDS)
    whole: Callable[..., Any] = on.rt.store.run
    sizes: list[int] = []

    def counted(script: str, key: str, args: dict[str, Any]) -> Any:
        if script == "reseal":
            sizes.append(len(args["values"]))
        return whole(script, key, args)

    monkeypatch.setattr(on.rt.store, "run", counted)
    on.flask("keyring", "reseal")
    monkeypatch.undo()
    assert max(sizes) == resealing.AT_ONCE
    assert {one.identifier for one in people} <= {one.identifier for one in export_opt_outs(on.rt, service)}
    import_opt_outs(on.rt, service, people, remove=True)


def test_the_key_ring_itself_keeps_no_key_in_it(installation: Installation) -> None:
    """It is encrypted in another way, and parts of it look like sealed values by chance."""
    rt, text = installation.rt, urlsafe_b64encode(b"\x01" + bytes(44)).decode()

    def left() -> int:
        return [counts.left for counts in resealing.reseal_store(rt, frozenset((1,)), dry=True)][-1]

    before = left()
    rt.store.client.hset(keys.ring("keyring"), "by-chance", text)
    assert left() == before
    rt.store.client.hdel(keys.ring("keyring"), "by-chance")


def test_another_process_reads_what_was_sealed_again(installation: Installation) -> None:
    """It was idle since before the rotation."""
    on = installation
    idle = build(config.load(on.stack.environment), Clock(on.clock.now))
    on.flask("keyring", "add")
    on.wait(keyring.USE_AFTER_SECONDS)
    on.flask("keyring", "reseal")
    service = get_service(on.rt, ACCOUNT, on.harness.sid)
    assert [one.identifier for one in export_opt_outs(idle, service)] == [on.talk.bob]
    assert keys.ring("keyring") in on.values_of(1) or on.values_of(1) != on.values_of(2)
