"""Which values are accepted; tested without a server."""

import pytest
from marshmallow import ValidationError

from common.values import one_of
from proxy.api import values, wire
from proxy.api.schemas import participant_json

NEW_YEAR = 1_893_456_000_000


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2030-01-01T00:00:00Z", NEW_YEAR),
        ("2030-01-01t00:00:00z", NEW_YEAR),
        ("2030-01-01T00:00Z", NEW_YEAR),
        ("2030-01-01T02:00:00+02:00", NEW_YEAR),
        ("2030-01-01T02:00:00+0200", NEW_YEAR),
        ("2029-12-31T18:30:00-05:30", NEW_YEAR),
        ("2030-01-01T00:00:00.5Z", NEW_YEAR + 500),
        ("2030-01-01T00:00:00,5Z", NEW_YEAR + 500),
        ("2030-01-01T00:00:00.123456789Z", NEW_YEAR + 123),
        ("1970-01-01T00:00:00Z", 0),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ("", None),
    ],
)
def test_a_date_is_understood_with_offsets_and_fractions(text, ms):
    assert values.date(text) == ms


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (NEW_YEAR, "2030-01-01T00:00:00Z"),
        (NEW_YEAR + 999, "2030-01-01T00:00:00Z"),
        (0, "1970-01-01T00:00:00Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59Z"),
        (None, None),
    ],
)
def test_a_date_goes_out_in_whole_seconds(ms, text):
    assert wire.date(ms) == text


@pytest.mark.parametrize("text", ["0", "60", str(2**31 - 1), "007"])
def test_a_whole_number_is_its_digits(text):
    assert values.whole(text) == int(text)


@pytest.mark.parametrize("text", ["ride-42", "Ärztin 7", "a" * 191, "a:b@c", "🚕", "KC12"])
def test_a_unique_name_may_be_anything_that_fits_in_a_path(text):
    assert values.name(text) == text


@pytest.mark.parametrize("text", ["https://a.example/x?y=1#z", "http://127.0.0.1:8000", "HTTPS://user:pw@[::1]/"])
def test_a_callback_may_be_any_web_address(text):
    assert values.url(text) == text


def test_nothing_clears():
    parsers = (values.url, values.date, values.phone, values.sid("IS"), values.text(5), values.language)
    assert [parse("") for parse in parsers] == [None] * 6


@pytest.mark.parametrize(
    "keys",
    [
        ("Identifier", "FriendlyName", "ProxyIdentifier", "ProxyIdentifierSid"),
        ("identifier", "friendly_name", "proxy_identifier", "proxy_identifier_sid"),
        ("identifier", "friendlyName", "proxyIdentifier", "proxyIdentifierSid"),
    ],
)
def test_a_participant_may_be_spelled_in_each_case(keys):
    first, second, third, fourth = keys
    text = f'{{"{first}": " +1 555 ", "{second}": "Ann", "{third}": "12345", "{fourth}": "PN{"A" * 32}", "x": {{}}}}'
    assert participant_json(text) == {
        "identifier": " +1 555 ",
        "friendly_name": "Ann",
        "proxy_identifier": "12345",
        "proxy_identifier_sid": "PN" + "a" * 32,
    }


def test_a_message_never_repeats_the_value():
    for parse in (
        values.whole,
        values.boolean,
        values.date,
        values.phone,
        values.language,
        values.within(1, 2),
        values.seconds_as_ms(1, 2),
        values.sid("PN"),
        one_of("a"),
    ):
        with pytest.raises(ValidationError) as caught:
            parse("http://+15551239999:bad")
        assert "5551239999" not in str(caught.value)
