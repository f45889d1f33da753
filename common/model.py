"""Data that belongs to no session: the Service, the Account, a page of a list. Times are milliseconds UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

GEO_MATCH_LEVELS = ("country", "area-code", "overlay", "radius", "extended-area-code")
NUMBER_SELECTION_BEHAVIORS = ("prefer-sticky", "avoid-sticky")


@dataclass(frozen=True, slots=True)
class Service:
    """Proxy's fields, and from `cooling_seconds` on our own.

    The unique name and the four URLs of the app are sealed, see services/names.py and services/urls.py.
    `cooling_policy`: soft | strict. `on_intercept_failure`: continue | block. `language`: a tag such as es-MX.
    `expiring_seconds` 0: no event. `ring_seconds` and `call_seconds` limit each call.
    `opt_out_scope`: pair | service. `opt_out_words`: in addition to ours, separated by commas.
    `allowed_…`: ISO countries, prefixes of E.164 numbers, separated by commas; None: all.
    `content_…`: off | flag | mask | block. `delivery`: auto | send (by the carrier's API, never in a webhook's answer).
    `content_retention` (retain | discard), `address_retention` (retain | obfuscate): what the carrier is asked to keep.
    `redact_after`: seconds until a text is redacted at the carrier; 0: never.
    `quiet_hours`: such as 21:00-08:00, see policy/quiet_hours.py.
    `quiet_hours_for`: own | all. `quiet_hours_expiry`: in seconds.
    `webhook_secrets`: see callbacks/webhook_secrets.py.
    `delete_media`: delete the carrier's copies when a message is final.
    `stranger_answers`, `stranger_questions`: to and about unknown people, in a day (UTC).
    """

    sid: str
    account_sid: str
    unique_name: str
    name_hash: str
    default_ttl: int
    callback_url: str | None
    intercept_callback_url: str | None
    out_of_session_callback_url: str | None
    geo_match_level: str
    number_selection_behavior: str
    chat_instance_sid: str | None
    cooling_seconds: int
    cooling_policy: str
    language: str | None
    events_url: str | None
    expiring_seconds: int
    on_intercept_failure: str
    intercept_timeout_ms: int
    whisper: bool
    end_calls: bool
    ring_seconds: int
    call_seconds: int
    opt_out_scope: str
    opt_out_words: str | None
    content_phone: str
    content_card: str
    content_email: str
    content_profanity: str
    allowed_countries: str | None
    allowed_prefixes: str | None
    delivery: str
    content_retention: str
    address_retention: str
    redact_after: int
    quiet_hours: str | None
    quiet_hours_for: str
    quiet_hours_expiry: int
    delete_media: bool
    webhook_secrets: str | None
    stranger_answers: int
    stranger_questions: int
    created_ms: int
    updated_ms: int


@dataclass(frozen=True, slots=True, repr=False)
class FormerToken:
    """A replaced token, and until when it is still accepted."""

    token: str
    ends_ms: int


@dataclass(frozen=True, slots=True)
class Account:
    """Who may call the API, and the carrier account that we use.

    During a rotation the former token is accepted, too, until its end; we ourselves use the new one at once.
    `is_closed`: it is being removed. Nobody may log in any more, and what it has at the carrier is given back.
    """

    sid: str
    auth_token: str
    carrier_sid: str
    carrier_token: str
    former_auth: FormerToken | None = None
    former_carrier: FormerToken | None = None
    is_closed: bool = False

    def __repr__(self) -> str:
        return f"Account({self.sid})"

    def auth_tokens(self, now_ms: int) -> tuple[str, ...]:
        """What its programs may log in with, the current one first."""
        if self.is_closed:
            return ()
        return _accepted(self.auth_token, self.former_auth, now_ms)

    def carrier_tokens(self, now_ms: int) -> tuple[str, ...]:
        """What the carrier may sign webhooks with, the current one first."""
        return _accepted(self.carrier_token, self.former_carrier, now_ms)


def _accepted(current: str, former: FormerToken | None, now_ms: int) -> tuple[str, ...]:
    return (current, former.token) if former and now_ms < former.ends_ms else (current,)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Oldest first. A cursor is opaque text for the same list call; None at the end."""

    items: Sequence[T]
    next_cursor: str | None = None
    previous_cursor: str | None = None
