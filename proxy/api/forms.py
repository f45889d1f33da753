"""A request's form, read strictly, through a schema: a field that does not fit is named, its value never repeated."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import parse_qsl

from flask import abort, request
from marshmallow import Schema, ValidationError, fields

from common.errors import Invalid
from proxy.api import multipart, unknown_fields
from proxy.edge import BODY_LIMIT

FIELD_LIMIT = 200
FORM_TYPE, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
#: Accepted, checked and left aside.
IGNORED = "fail_on_participant_conflict"


def load(schema: Schema) -> dict[str, Any]:
    """The fields that were given, by the names of our model."""
    given = _given()
    known = {field.data_key or name: field for name, field in schema.load_fields.items()}
    unknown_fields.note(given, known)
    try:
        loaded: dict[str, Any] = schema.load({n: _value(n, known[n], given[n]) for n in known if n in given})
    except ValidationError as error:
        raise Invalid(*_first(error.messages)) from None
    loaded.pop(IGNORED, None)
    return loaded


def _value(name: str, field: fields.Field[Any], found: list[str]) -> list[str] | str:
    if isinstance(field, fields.List):
        return found
    if len(found) > 1:
        raise Invalid(name, "is given more than once: leave one")
    return found[0]


def _given() -> dict[str, list[str]]:
    body = request.get_data(cache=False)
    if len(body) > BODY_LIMIT:
        abort(413)
    if body and request.mimetype not in (FORM_TYPE, MULTIPART):
        abort(415)
    given: dict[str, list[str]] = defaultdict(list)
    for name, value in _pairs(body):
        given[name].append(value)
    return given


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        pairs = _split(body)
    except UnicodeDecodeError:
        raise Invalid("The form", "must be UTF-8") from None
    except ValueError:
        raise Invalid("The form", f"must be whole and have at most {FIELD_LIMIT} fields") from None
    if any("\x00" in part for pair in pairs for part in pair):
        raise Invalid("The form", "must not contain the character NUL")
    return pairs


def _split(body: bytes) -> list[tuple[str, str]]:
    if body and request.mimetype == MULTIPART:
        return multipart.pairs(body, request.mimetype_params.get("boundary", ""), FIELD_LIMIT)
    return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELD_LIMIT, errors="strict")


def _first(messages: Any, path: str = "") -> tuple[str, str]:
    """The first complaint in marshmallow's tree: `Participants[0].Identifier`, `is required`."""
    if isinstance(messages, list):
        return path, str(messages[0])
    key, inner = next(iter(messages.items()))
    if key == "_schema":
        return _first(inner, path)
    if isinstance(key, int):
        return _first(inner, f"{path}[{key}]")
    return _first(inner, f"{path}.{key}" if path else key)
