"""Reads a request's form through a schema. An error names the field and never repeats its value."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import parse_qsl

from flask import abort, request
from marshmallow import Schema, ValidationError, fields

from common.errors import Invalid
from proxy.api import multipart, unknown_fields
from proxy.flask_setup import BODY_LIMIT

FIELD_LIMIT = 200
FORM_TYPE, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
#: Accepted and checked, but not used.
IGNORED = "fail_on_participant_conflict"


def load(schema: Schema) -> dict[str, Any]:
    """The fields of the request, under the names of the schema. Raises Invalid."""
    form = _read_form()
    known = {field.data_key or name: field for name, field in schema.load_fields.items()}
    unknown_fields.note(form, known)
    try:
        loaded: dict[str, Any] = schema.load({n: _value(n, known[n], form[n]) for n in known if n in form})
    except ValidationError as error:
        raise Invalid(*_first_error(error.messages)) from None
    loaded.pop(IGNORED, None)
    return loaded


def _value(name: str, field: fields.Field[Any], values: list[str]) -> list[str] | str:
    if isinstance(field, fields.List):
        return values
    if len(values) > 1:
        raise Invalid(name, "is given more than once: give it once")
    return values[0]


def _read_form() -> dict[str, list[str]]:
    body = request.get_data(cache=False)
    if len(body) > BODY_LIMIT:
        abort(413)
    if body and request.mimetype not in (FORM_TYPE, MULTIPART):
        abort(415)
    form: dict[str, list[str]] = defaultdict(list)
    for name, value in _names_and_values(body):
        form[name].append(value)
    return form


def _names_and_values(body: bytes) -> list[tuple[str, str]]:
    try:
        pairs = _parse(body)
    except UnicodeDecodeError:
        raise Invalid("The form", "must be UTF-8") from None
    except ValueError:
        raise Invalid("The form", f"must be well-formed and have at most {FIELD_LIMIT} fields") from None
    if any("\x00" in part for pair in pairs for part in pair):
        raise Invalid("The form", "must not contain the character NUL")
    return pairs


def _parse(body: bytes) -> list[tuple[str, str]]:
    if body and request.mimetype == MULTIPART:
        return multipart.pairs(body, request.mimetype_params.get("boundary", ""), FIELD_LIMIT)
    return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELD_LIMIT, errors="strict")


def _first_error(messages: Any, path: str = "") -> tuple[str, str]:
    """The first error in marshmallow's tree, as path and message: `Participants[0].Identifier`, `is required`."""
    if isinstance(messages, list):
        return path, str(messages[0])
    key, inner = next(iter(messages.items()))
    if key == "_schema":
        return _first_error(inner, path)
    if isinstance(key, int):
        return _first_error(inner, f"{path}[{key}]")
    return _first_error(inner, f"{path}.{key}" if path else key)
