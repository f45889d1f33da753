"""Start-up refuses a store that can lose data and a key ring that cannot be opened."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from common import config
from common.assembly import build
from common.config import ConfigError
from dev import store as embedded
from storage import keys
from storage.store import connect

SECRET, NEXT = "the first secret, long enough for a ring", "the second secret, long enough for a ring"


def settings(url: str, secret: str = SECRET, former: str = "", durability: str = "always") -> config.Settings:
    return config.load(
        {
            "REDIS_URL": url, "PUBLIC_URL": "http://127.0.0.1:5000", "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
            "TWILIO_AUTH_TOKEN": "token-of-the-tests-0123456789", "TWILIO_API_URL": "http://127.0.0.1:5055",
            "SECRET_KEY": secret, "SECRET_KEY_FORMER": former, "STORE_DURABILITY": durability,
        }
    )  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Iterator[redis.Redis]:
    """A separate server for each test, because the tests change its settings."""
    running = embedded.start(tmp_path / "store")
    try:
        yield connect(running.url)
    finally:
        running.stop()


def url_of(server: redis.Redis) -> str:
    return f"redis://127.0.0.1:{server.connection_pool.connection_kwargs['port']}/0"


@pytest.mark.parametrize(
    ("name", "value", "way_out"),
    [
        ("appendonly", "no", "CONFIG SET appendonly yes"),
        ("maxmemory-policy", "allkeys-lru", "CONFIG SET maxmemory-policy noeviction"),
        ("appendfsync", "everysec", "STORE_DURABILITY=everysec"),
        ("appendfsync", "no", "CONFIG SET appendfsync always"),
    ],
)
def test_a_store_that_forgets_is_refused_with_the_way_out(
    server: redis.Redis, name: str, value: str, way_out: str
) -> None:
    server.config_set(name, value)
    with pytest.raises(ConfigError, match=way_out):
        build(settings(url_of(server)))


def test_everysec_is_taken_when_it_was_chosen(server: redis.Redis) -> None:
    server.config_set("appendfsync", "everysec")
    build(settings(url_of(server), durability="everysec"))


def test_a_managed_store_is_believed_but_must_not_evict(server: redis.Redis) -> None:
    server.config_set("appendonly", "no")
    build(settings(url_of(server), durability="managed"))
    server.config_set("maxmemory-policy", "volatile-ttl")
    with pytest.raises(ConfigError, match="noeviction"):
        build(settings(url_of(server), durability="managed"))


def test_a_store_that_is_not_there_stops_the_start() -> None:
    with pytest.raises(ConfigError, match=r"REDIS_URL: nothing listens.*Write: REDIS_URL="):
        build(settings("redis://127.0.0.1:1/0"))


def test_the_ring_is_kept_wrapped_and_opens_again(server: redis.Redis) -> None:
    url = url_of(server)
    sealed = build(settings(url)).seal.seal("value", "p")
    assert build(settings(url)).seal.open(sealed, "p") == "value"
    wrapped = server.hget(keys.ring("keyring"), "wrapped")
    assert isinstance(wrapped, bytes) and b"index" not in wrapped and SECRET.encode() not in wrapped


def test_another_secret_stops_the_start_and_changes_nothing(server: redis.Redis) -> None:
    url = url_of(server)
    build(settings(url))
    before = server.hget(keys.ring("keyring"), "wrapped")
    with pytest.raises(ConfigError, match="SECRET_KEY_FORMER"):
        build(settings(url, secret=NEXT))
    assert server.hget(keys.ring("keyring"), "wrapped") == before


def test_rotation_wraps_anew_and_keeps_the_keys(server: redis.Redis) -> None:
    url = url_of(server)
    before = build(settings(url))
    sealed, derived = before.seal.seal("value", "p"), before.ring.derive("a purpose")
    assert build(settings(url, secret=NEXT, former=SECRET)).seal.open(sealed, "p") == "value"
    after = build(settings(url, secret=NEXT))
    assert after.seal.open(sealed, "p") == "value"
    assert after.ring.derive("a purpose") == derived != after.ring.derive("another purpose")
    with pytest.raises(ConfigError):
        build(settings(url, secret=SECRET))
