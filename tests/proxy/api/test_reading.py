"""Forms are read without marshmallow's loading, and with the same result: values, or the same first error."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from common import urlencoded
from common.values import Form
from proxy.api import content_lists, notices, schemas
from proxy.api.schemas import PARTICIPANT_KEYS
from proxy.events import secrets

FORMS = [
    form
    for module in (schemas, notices, content_lists, secrets)
    for form in vars(module).values()
    if isinstance(form, Form)
]
GOOD = (
    "", "true", "False", "0", "5", "86400", "12.5", "open", "closed", "country", "voice-only", "+15551234567", "a name",
    "https://shop.example/", "2030-01-01T00:00:00Z", "PN" + "0" * 32, "KP" + "A" * 32, "es-MX", "America/New_York",
    "21:00-08:00", "US,CA", "+1,+44", "off", "soft", '{"Identifier": "+15551234567"}',
    '{"identifier": "+15551234567", "friendly_name": null, "more": 1}', "{}", '{"Identifier": 5}', "[]",
    '{"Identifier": "+1", "identifier": "+1"}',
)  # fmt: skip
TEXTS = st.sampled_from(GOOD) | st.text(max_size=8)
VALUES = TEXTS | st.lists(TEXTS, max_size=3)


def result(read: Any, value: dict[str, Any]) -> Any:
    try:
        return read(value)
    except ValidationError as error:
        return error.messages


@pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
def test_a_form_is_read_as_marshmallow_loads_it(form: Form) -> None:
    @given(st.dictionaries(st.sampled_from(sorted(form.by_name)), VALUES, max_size=5))
    def same(value: dict[str, Any]) -> None:
        assert result(form.read, value) == result(form.load, value)

    same()


@given(st.dictionaries(st.sampled_from(list(PARTICIPANT_KEYS.values())), st.none() | st.integers() | TEXTS))
def test_a_participant_may_have_values_of_any_type(value: dict[str, Any]) -> None:
    assert result(schemas.PARTICIPANT.read, value) == result(schemas.PARTICIPANT.load, value)


@given(st.text(st.sampled_from("a=&%+é;41zC3A9\x00 "), max_size=30), st.sampled_from(["strict", "replace"]))
def test_a_form_is_decoded_as_urllib_does(text: str, errors: str) -> None:
    def decoded(read: Any) -> Any:
        try:
            return read()
        except UnicodeDecodeError:
            return "no UTF-8"

    ours = decoded(lambda: urlencoded.pairs(text, errors))
    assert ours == decoded(lambda: parse_qsl(text, keep_blank_values=True, errors=errors))
