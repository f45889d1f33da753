"""A request of the carrier, read without Flask: the same way in a thread and on the event loop."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qsl

from common.model import Account
from common.urlencoded import pairs
from proxy.webhooks.refusal_counter import Reason

Fields = dict[str, list[str]]


class Refusal(Exception):
    """This request is refused, and nothing was done. `field`: the one at fault.

    `account` and `form`: of a request with a wrong signature. They hold secrets and real numbers: never log them.
    """

    def __init__(
        self, reason: Reason, *, field: str = "", account: Account | None = None, form: Form | None = None
    ) -> None:
        super().__init__(reason)
        self.reason, self.field, self.account, self.form = reason, field, account, form


class WebhookRequest(NamedTuple):
    """`path`: as the carrier has it, below PUBLIC_URL. `content_type`: without parameters, in lower case."""

    path: str
    query: str
    content_type: str
    signature: str | None
    body: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """All fields of a request, with real numbers; never store it. `in_url`: names that are in the URL."""

    fields: Fields
    in_url: frozenset[str] = field(default_factory=frozenset)

    def has(self, name: str) -> bool:
        """Whether it has a value, or is in the URL, which `one` refuses."""
        return self.fields.get(name, [""]) != [""] or name in self.in_url

    def one(self, name: str, pattern: re.Pattern[str]) -> str:
        """Raises Refusal unless the field appears exactly once, in the body, and matches."""
        values = self.fields.get(name, ())
        if len(values) != 1 or not pattern.fullmatch(values[0]) or name in self.in_url:
            raise Refusal(Reason.FIELD, field=name)
        return values[0]

    def refuse_hidden(self, names: Iterable[str]) -> None:
        """Raises Refusal if one of `names` is not a field but is in the signed text.

        Twilio's signature covers names and values without separators between them. So whoever has a signed request can
        move a separator and hide an optional field inside another name or value: the signature still fits, and the name
        of the hidden field is still in the signed text. No name may be part of another field's name.
        """
        fields = self.fields
        signed_text = "".join([name + value for name in sorted(fields) for value in fields[name]])
        for name in names:
            if name not in fields and name in signed_text:
                raise Refusal(Reason.FIELD, field=name)


def form_of(request: WebhookRequest) -> Form:
    """Seven times as fast as Flask's request.form."""
    fields: Fields = {}
    for name, value in pairs(request.body.decode(errors="replace"), "replace"):
        fields.setdefault(name, []).append(value)
    return Form(fields, _names(request.query)) if request.query else Form(fields)


def _names(query: str) -> frozenset[str]:
    return frozenset(name for name, _ in parse_qsl(query, keep_blank_values=True))
