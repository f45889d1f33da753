"""Settings: which values are refused, accepted or cause a warning, and that no message shows a secret."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from common.config import ConfigError, Settings, environment, load
from common.settings_text import env, table
from common.warnings import warnings

LEAST = {
    "REDIS_URL": "redis://:hush-store@store.internal:6379/0",
    "PUBLIC_URL": "https://mask.shop.example",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "hush-token-0123456789",
    "SECRET_KEY": "hush-key of many letters, 32 and more",
}
HIDDEN = [
    "REDIS_URL",
    "QUEUE_URL",
    "DATABASE_URL",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_AUTH_TOKEN_FORMER",
    "SECRET_KEY",
    "SECRET_KEY_FORMER",
]

BAD = {
    "REDIS_URL": [
        "localhost:6379", "http://store", "redis://", "redis://store:port", "redis://store:70000", "redis://a b",
        "unix://", "redis://store:0", "redis://störe",
    ],
    "QUEUE_URL": ["memory", "rediss://", "postgresql://store"],
    "DATABASE_URL": [
        "maskline.sqlite3", "sqlite://", "sqlite:///", "mysql://host/name", "postgresql://", "postgresql+psycopg2://h/n",
        "postgresql://host/na me", "postgresql://host/n\nx",
    ],
    "PUBLIC_URL": [
        "mask.shop.example", "//mask.shop.example", "ftp://mask.shop.example", "https://", "https:///path",
        "https://mask.shop.example?x=1", "https://mask.shop.example?", "https://mask.shop.example/#top",
        "https://mask.shop.example#", "https://user:hush@mask.shop.example", "https://mask.shop.example:99999",
        "https://mask.shop.example:x", "https://mask.shop.example:0", "https://[::1", "https://mäsk.example",
        " https://mask.shop.example", "https://mask.shop.example\n", "https://mask..example", "https://.example",
        "HTTPS://mask.shop.example", "https:/mask.shop.example", "https://mask.shop.example/a\\b", "https://a,b.example",
    ],
    "TWILIO_ACCOUNT_SID": [
        "AC", "AC" + "g" * 32, "SK" + "0" * 32, "AC" + "0" * 33, "AC" + "0" * 32 + "\n", "AC" + "٠" * 32,
    ],
    "TWILIO_AUTH_TOKEN": [
        "short", "fifteen-letters", "0123456789abcdef", "please-change-me-before-production",
        "with space 0123456789", "with:colon-0123456789", "x" * 257, "tökén-0123456789", "a\0bcdefghi",
    ],
    "TWILIO_AUTH_TOKEN_FORMER": ["short", "with:colon-0123456789"],
    "TWILIO_API_URL": ["api.twilio.com", "https://api.twilio.com?x", "unix:///tmp/x"],
    "SECRET_KEY": [
        "hush", "x" * 31, "x" * 40 + "\n", "x" * 40 + "\0", "hush-key " * 4, "0123456789" * 4, "abababab" * 5,
        "abcdefghijklmnopqrstuvwxyz0123456789", "please-change-me-before-production!",
    ],
    "SECRET_KEY_FORMER": ["hush", "x" * 31],
    "STORE_DURABILITY": ["never", "Always", "no", "always ", "1"],
    "STORE_REPLICAS": ["-1", "11", "all"],
    "STORE_FUNCTIONS": ["Load", "eval", "fcall", "0"],
    "LISTEN_HOST": ["localhost", "127.0.0.1:80", "*", "127.1"],
    "PORT": ["0", "65536", "-1", "5e3", "5000.0", "0x10", " 5000", "5_000", "٥٠٠٠", "http", "9" * 40],
    "WEB_CONCURRENCY": ["0", "257", "two", "1.5"],
    "LOG_FORMAT": ["xml", "Json "],
    "LOG_LEVEL": ["LOUD", "trace", "10"],
    "REPLAY_WINDOW_SECONDS": ["3599", "0", "2592001", "24h"],
    "COOLING_SECONDS": ["-1", "31536001", "1d"],
    "COOLING_POLICY": ["hard", "Soft", "softer"],
    "STORE_MEMORY_MEGABYTES": ["-1", "1.5", "1GB", "100000001"],
    "MAX_NUMBERS_PER_SERVICE": ["-1", "none", "10000001"],
    **{
        f"MAX_{what}": ["-1", "none", "1000000001"]
        for what in (
            "SERVICES_PER_ACCOUNT", "SESSIONS_PER_SERVICE", "PARTICIPANTS_PER_SESSION", "BLOCKS_PER_SERVICE",
            "NOTICES_PER_SERVICE", "OPT_OUTS_PER_SERVICE", "DELIVERIES_PER_SERVICE", "IDEMPOTENCY_KEYS_PER_DAY",
        )
    },
    "CARRIER_KEY_RECHECK_SECONDS": ["0", "86401", "x"],
    "API_READS_PER_SECOND": ["-1", "fast", "1000001"],
    "API_WRITES_PER_SECOND": ["-1", "fast", "1000001"],
    "API_BURST_SECONDS": ["0", "3601", "1.5"],
    "START_WAIT_SECONDS": ["-1", "86401", "5m"],
    "SEGMENTS_PER_SECOND": ["0", "1001", "one"],
    "IN_DOUBT": ["drop", "Resend"],
    **{
        f"{whose}_{what}_PER_MINUTE": ["-1", "many", "1.5", "100000001"]
        for whose in ("PERSON", "PAIR", "SERVICE")
        for what in ("MESSAGES", "CALLS")
    },
    "SEGMENTS_PER_DAY": ["-1", "all", "1000000001"],
    "ALLOW_PRIVATE_CALLBACKS": ["yes", "true", "2", "on"],
    "ACCEPT_CARRIER_KEYS": ["yes", "on"],
    "CARRIER_KEY_CHECKS_PER_MINUTE": ["0", "-1", "many"],
    "LOGIN_FAILURES_PER_MINUTE": ["-1", "few"],
    "ACCOUNT_LOGIN_FAILURES_PER_MINUTE": ["0", "-1"],
    "TRUSTED_PROXIES": ["10.0.0.1/8", "proxy.internal", "10.0.0.0/8;10.1.0.0/16"],
    "LOG_CLIENT_ADDRESSES": ["yes", "2"],
    "MEDIA_STORE_MEGABYTES": ["-1", "1.5", "256MB", "1000001"],
    "MEDIA_SANDBOX": ["on", "Required", "landlock"],
}  # fmt: skip


def settings(**changes: str) -> Settings:
    return load({**LEAST, **changes})


def test_every_setting_has_bad_values_here():
    assert set(BAD) == {field.name.upper() for field in fields(Settings)}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_malformed_value_stops_with_the_line_to_write(name, value):
    with pytest.raises(ConfigError) as caught:
        settings(**{name: value})
    message = str(caught.value)
    assert message.startswith(f"{name} must ")
    assert f"Write: {name}=" in message or f"'{name}='" in message
    assert "\n" not in message
    assert "hush" not in message


@pytest.mark.parametrize("name", LEAST)
@pytest.mark.parametrize("blank", [True, False])
def test_a_missing_one_stops_with_the_line_to_write(name, blank):
    given = {**LEAST, name: ""} if blank else {key: value for key, value in LEAST.items() if key != name}
    with pytest.raises(ConfigError, match=f"^{name} is missing. (Write|Run): "):
        load(given)


def test_the_least_and_its_defaults():
    found = settings()
    assert found.queue_url == found.redis_url == LEAST["REDIS_URL"]
    assert found.database_url == "sqlite:///var/maskline.sqlite3"
    assert (found.twilio_api_url, found.secret_key_former) == (None, None)
    assert (found.store_durability, found.port, found.web_concurrency, found.log_level) == ("always", 5000, 2, "INFO")
    assert (found.replay_window_seconds, found.cooling_seconds, found.cooling_policy) == (86400, 86400, "soft")
    assert (found.max_numbers_per_service, found.carrier_key_recheck_seconds) == (0, 300)
    assert found.allow_private_callbacks is False


@pytest.mark.parametrize(
    ("name", "given", "taken"),
    [
        ("PUBLIC_URL", "https://mask.shop.example/", "https://mask.shop.example"),
        ("PUBLIC_URL", "https://Mask.Shop.Example/Here//", "https://mask.shop.example/Here"),
        ("PUBLIC_URL", "http://[::1]:5000", "http://[::1]:5000"),
        ("PUBLIC_URL", "http://localhost:5000/", "http://localhost:5000"),
        ("TWILIO_API_URL", "http://my_carrier:5055/", "http://my_carrier:5055"),
        ("DATABASE_URL", "postgres://u:p@h/n", "postgresql+psycopg://u:p@h/n"),
        ("DATABASE_URL", "postgresql://h/n?sslmode=require", "postgresql+psycopg://h/n?sslmode=require"),
        ("DATABASE_URL", "sqlite:////data/maskline.sqlite3", "sqlite:////data/maskline.sqlite3"),
        ("REDIS_URL", "unix:///run/valkey.sock", "unix:///run/valkey.sock"),
        ("REDIS_URL", "rediss://user:p%40ss@store:6380/1", "rediss://user:p%40ss@store:6380/1"),
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("PORT", "08080", 8080),
        ("COOLING_SECONDS", "0", 0),
        ("SECRET_KEY", "ключ из тридцати двух и более букв", "ключ из тридцати двух и более букв"),
        ("ALLOW_PRIVATE_CALLBACKS", "1", True),
        ("STORE_DURABILITY", "", "always"),
    ],
)
def test_what_is_taken(name, given, taken):
    assert getattr(settings(**{name: given}), name.lower()) == taken


RANDOM = "random-words-of-many-letters-0123456789"


@pytest.mark.parametrize("name", HIDDEN)
def test_a_secret_from_a_file(tmp_path, name):
    value = {"DATABASE_URL": "sqlite:////data/x"}.get(name) or {**LEAST, "QUEUE_URL": "redis://q"}.get(name, RANDOM)
    file = tmp_path / "secret"
    file.write_text(f"{value}\n")
    rest = {key: text for key, text in LEAST.items() if key != name}
    assert getattr(load({**rest, f"{name}_FILE": str(file)}), name.lower()) == value


def test_a_secret_twice_is_refused():
    with pytest.raises(ConfigError, match="SECRET_KEY and SECRET_KEY_FILE are both given"):
        settings(SECRET_KEY_FILE="/dev/null")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read(tmp_path, content):
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"SECRET_KEY_FILE cannot be read.*Write: SECRET_KEY_FILE="):
        load({**LEAST, "SECRET_KEY": "", "SECRET_KEY_FILE": str(file)})


def test_an_empty_file_is_a_missing_secret(tmp_path):
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(ConfigError, match="SECRET_KEY is missing"):
        load({**LEAST, "SECRET_KEY": "", "SECRET_KEY_FILE": str(tmp_path / "secret")})


def test_only_secrets_come_from_files(tmp_path):
    (tmp_path / "port").write_text("6000")
    assert settings(PORT_FILE=str(tmp_path / "port")).port == 5000


def test_no_secret_shows():
    found = settings(
        QUEUE_URL="redis://:hush@q", DATABASE_URL="postgresql://u:hush@h/n", SECRET_KEY_FORMER="hush-former " * 4
    )
    for text in (repr(found), str(found), f"{found}", f"{found!r}"):
        assert "hush" not in text
        assert "public_url='https://mask.shop.example'" in text


def test_settings_do_not_change():
    with pytest.raises((FrozenInstanceError, AttributeError)):
        settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("host", "mangled"),
    [
        ("localhost", False), ("mask", False), ("mask.example", True), ("Mask.Example.", True),
        ("mask.shop.example", False), ("a.b.c.example", False), ("a.b.c.d.example", False),
        ("a.b.c.d.e.example", True), ("a.b.c.d.e.f.example", True), ("10.0.0.7", False), ("[2001:db8::1]", False),
    ],
)  # fmt: skip
def test_hosts_that_twilio_node_mangles(host, mangled):
    found = warnings(settings(PUBLIC_URL=f"https://{host}:8443/x"))
    assert any("twilio-node" in sentence for sentence in found) == mangled
    assert all("Write: PUBLIC_URL=" in sentence for sentence in found)


@pytest.mark.parametrize(
    ("url", "clear"),
    [
        ("http://mask.shop.example", True), ("http://10.0.0.7", True), ("https://mask.shop.example", False),
        ("http://localhost:5000", False), ("http://127.9.9.9", False), ("http://[::1]:5000", False),
        ("http://mask.localhost", False), ("http://localhost.example.com", True),
    ],
)  # fmt: skip
def test_plain_http_is_warned_of_unless_it_stays_here(url, clear):
    found = warnings(settings(PUBLIC_URL=url, TWILIO_API_URL="http://127.0.0.1:5055"))
    assert any("unencrypted" in sentence for sentence in found) == clear
    found = warnings(settings(TWILIO_API_URL=url))
    assert any(sentence.startswith("TWILIO_API_URL") for sentence in found) == clear


def test_a_loopback_address_is_out_of_reach_for_twilio():
    assert any("cannot reach" in sentence for sentence in warnings(settings(PUBLIC_URL="http://127.0.0.1:5000")))
    local = settings(PUBLIC_URL="http://127.0.0.1:5000", TWILIO_API_URL="http://127.0.0.1:5055")
    assert warnings(local) == []


def test_private_callbacks_are_warned_of_where_others_reach_us():
    public = warnings(settings(ALLOW_PRIVATE_CALLBACKS="1"))
    assert any("ALLOW_PRIVATE_CALLBACKS" in sentence for sentence in public)
    local = {"PUBLIC_URL": "http://127.0.0.1:5000", "TWILIO_API_URL": "http://127.0.0.1:5055"}
    assert warnings(settings(ALLOW_PRIVATE_CALLBACKS="1", **local)) == []


def test_a_rotation_that_rotates_nothing():
    assert any(
        "SECRET_KEY_FORMER" in sentence for sentence in warnings(settings(SECRET_KEY_FORMER=LEAST["SECRET_KEY"]))
    )


def test_nothing_to_warn_of():
    assert warnings(settings()) == []


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    file = tmp_path / ".env"
    file.write_text('PORT=6000\nLOG_LEVEL=DEBUG\nQUOTED="a b"\nbroken\n')
    monkeypatch.setenv("PORT", "7000")
    for name in ("LOG_LEVEL", "QUOTED"):
        monkeypatch.delenv(name, raising=False)
    found = environment(str(file))
    assert (found["PORT"], found["LOG_LEVEL"], found["QUOTED"]) == ("7000", "DEBUG", "a b")


def test_the_example_once_filled_in_works(tmp_path, monkeypatch):
    monkeypatch.setattr("os.environ", {})
    file = tmp_path / ".env"
    file.write_text(env())
    with pytest.raises(ConfigError, match="TWILIO_ACCOUNT_SID is missing"):
        load(environment(str(file)))
    secrets = "".join(f"{name}={value}\n" for name, value in LEAST.items() if name.startswith(("TWILIO", "SECRET")))
    file.write_text(env() + secrets)
    assert load(environment(str(file))).public_url == "https://mask.shop.example"


def test_every_setting_is_in_table_and_example():
    for field in fields(Settings):
        assert f"| `{field.name.upper()}` |" in table()
        assert f"{field.name.upper()}=" in env()
