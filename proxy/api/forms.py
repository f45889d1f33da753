"""Reads a request's form through a schema. An error names the field and never repeats its value."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, request
from marshmallow import ValidationError, fields

from common import urlencoded
from common.errors import Invalid
from common.values import Form
from proxy.api import multipart, unknown_fields
from proxy.api.call import ApiCall, current
from proxy.api.unknown_fields import Ignored
from proxy.flask_setup import BODY_LIMIT

Fields = dict[str, list[str]]

FIELD_LIMIT = 200
FORM_TYPE, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
#: Accepted and checked, but not used.
IGNORED = "fail_on_participant_conflict"


def load(schema: Form) -> dict[str, Any]:
    """The fields of Flask's request, under the names of the schema. Raises Invalid."""
    return read(schema, _read_form(), current().ignored)


def read(schema: Form, form: Fields, ignored: Ignored) -> dict[str, Any]:
    """The fields of a form, under the names of the schema. Raises Invalid."""
    known, token = schema.by_name, unknown_fields.begin(ignored)
    try:
        unknown_fields.note(form, known)
        loaded = schema.read({n: _value(n, known[n], form[n]) for n in known if n in form})
    except ValidationError as error:
        raise Invalid(*_first_error(error.messages)) from None
    finally:
        unknown_fields.end(token)
    loaded.pop(IGNORED, None)
    return loaded


def headers(call: ApiCall) -> list[tuple[str, str]]:
    return [(unknown_fields.HEADER, call.ignored.header)] if call.ignored.header else []


def add_headers(response: Response) -> Response:
    response.headers.update(headers(current()))
    return response


def _value(name: str, field: fields.Field[Any], values: list[str]) -> list[str] | str:
    if isinstance(field, fields.List):
        return values
    if len(values) > 1:
        raise Invalid(name, "is given more than once: give it once")
    return values[0]


def _read_form() -> Fields:
    body = request.get_data(cache=False)
    if len(body) > BODY_LIMIT:
        abort(413)
    if body and request.mimetype not in (FORM_TYPE, MULTIPART):
        abort(415)
    return form_of(body, request.mimetype_params.get("boundary", "") if request.mimetype == MULTIPART else None)


def form_of(body: bytes, boundary: str | None = None) -> Fields:
    """`boundary`: of multipart/form-data. Raises Invalid."""
    form: Fields = {}
    for name, value in _names_and_values(body, boundary):
        form.setdefault(name, []).append(value)
    return form


def _names_and_values(body: bytes, boundary: str | None) -> list[tuple[str, str]]:
    try:
        pairs = _parse(body, boundary)
    except UnicodeDecodeError:
        raise Invalid("The form", "must be UTF-8") from None
    except ValueError:
        raise Invalid("The form", f"must be well-formed and have at most {FIELD_LIMIT} fields") from None
    if any(["\x00" in name or "\x00" in value for name, value in pairs]):
        raise Invalid("The form", "must not contain the character NUL")
    return pairs


def _parse(body: bytes, boundary: str | None) -> list[tuple[str, str]]:
    if body and boundary is not None:
        return multipart.pairs(body, boundary, FIELD_LIMIT)
    text = body.decode()
    if text.count("&") >= FIELD_LIMIT:
        raise ValueError("too many fields")
    return urlencoded.pairs(text, "strict")


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
