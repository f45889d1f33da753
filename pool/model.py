"""A number of the pool, as read from the store. Times are milliseconds UTC."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """`in_use` counts the open Sessions that it is in. `capabilities` has the carrier's keys: sms, mms, voice, fax.

    `state`: active | draining (deleted, until its last lease has ended). `drift`: its fields at the carrier that no
    longer lead here; `phone_number` if the account no longer has it.
    """

    sid: str
    service_sid: str
    account_sid: str
    phone_number: str
    friendly_name: str
    iso_country: str
    capabilities: dict[str, bool]
    is_reserved: bool
    in_use: int
    created_ms: int
    updated_ms: int
    state: str = "active"
    drift: tuple[str, ...] = ()
