"""Refuses a request in which somebody has hidden an optional field.

Twilio's signature covers names and values without separators between them. So whoever has a signed request can move a
separator and hide an optional field inside another name or value: the signature still fits, and the name of the hidden
field is still in the signed text.
"""

from __future__ import annotations

from collections.abc import Iterable

from proxy.webhooks.refuse import refuse_field
from proxy.webhooks.verify import Form


def refuse_hidden_fields(form: Form, names: Iterable[str]) -> None:
    """403 if one of `names` is not a field but is in the signed text. No name may be part of another field's name."""
    signed_text = "".join(name + value for name in sorted(form) for value in form[name])
    for name in names:
        if name not in form and name in signed_text:
            refuse_field(name)
