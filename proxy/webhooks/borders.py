"""Fields that a request may lack, and that nobody may take out of it.

A signature has no borders between names and values: moved under a genuine one, a border hides an optional field inside
another name or value. Its name then still stands in the text that was signed.
"""

from __future__ import annotations

from collections.abc import Iterable

from proxy.webhooks.refused import refuse_field
from proxy.webhooks.verify import Form


def require_borders(form: Form, names: Iterable[str]) -> None:
    """403 if one of `names` is no field, yet stands in the text that was signed. None may be part of another name."""
    signed = "".join(name + value for name in sorted(form) for value in form[name])
    for name in names:
        if name not in form and name in signed:
            refuse_field(name)
