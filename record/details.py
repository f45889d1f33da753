"""The detail of an event as it is stored: as the store gave it, or sealed as a whole after a sealing key was replaced.

A detail has sealed values in it, and the chain covers it byte for byte, so these values cannot be sealed again. Instead
the whole detail is sealed with the new key, together with the keys of its values: each value has a key of its own. So
the old sealing key is not needed any more, and is of no use to somebody who has it.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass

from storage.seal import Seal
from storage.sealed_values import decoded, find_values, key_id_of

PREFIX = "sealed:"


@dataclass(frozen=True, slots=True, repr=False)
class Detail:
    """`text`: what the chain covers. `keys`: sealed value -> its own key, if its sealing key may have left the ring."""

    text: str
    keys: dict[str, str]

    def open_value(self, seal: Seal, value: str, associated_data: str) -> str:
        """Raises SealBroken."""
        own = self.keys.get(value)
        if own is None:
            return seal.open(value, associated_data)
        return seal.open_with(b64decode(own), decoded(value), associated_data).decode("utf-8", "surrogatepass")


def is_sealed(stored: str) -> bool:
    return stored.startswith(PREFIX)


def open_detail(seal: Seal, service_sid: str, n: int, stored: str) -> Detail:
    """Raises SealBroken."""
    if not is_sealed(stored):
        return Detail(stored, {})
    doc = json.loads(seal.open(stored.removeprefix(PREFIX), _associated_data(service_sid, n)))
    return Detail(doc["detail"], doc["keys"])


def sealed_with(stored: str, key_ids: frozenset[int]) -> bool:
    """Whether one of these keys is needed to read it."""
    if is_sealed(stored):
        return key_id_of(stored.removeprefix(PREFIX)) in key_ids
    return bool(find_values(stored.encode(), key_ids))


def sealed_again(seal: Seal, service_sid: str, n: int, stored: str, key_ids: frozenset[int]) -> str:
    """The detail without need of these keys. Raises SealBroken."""
    detail = open_detail(seal, service_sid, n, stored)
    values = find_values(detail.text.encode(), key_ids) - set(detail.keys)
    own = {value: b64encode(seal.value_key(decoded(value))).decode() for value in values}
    text = json.dumps({"detail": detail.text, "keys": {**detail.keys, **own}})
    return PREFIX + seal.seal(text, _associated_data(service_sid, n))


def _associated_data(service_sid: str, n: int) -> str:
    return f"detail\0{service_sid}\0{n}"
