"""Who may call the API. The first account is in the settings; others are stored, with their tokens sealed."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from dataclasses import dataclass, replace
from typing import Any

from carrier.client import Carrier
from common.errors import Invalid, NotFound
from common.model import Account
from common.runtime import Runtime
from common.sids import is_sid, new
from services.account_document import (
    former_of_settings,
    open_account,
    replace_account,
    seal_account,
    stored_account,
)
from storage import keys

ROLES = ("full", "read-only")
#: The carrier is not asked again for an unknown key before this: strangers must not make us send requests.
REFUSED_SECONDS = 30.0
MOST_REFUSED = 10_000


@dataclass(frozen=True, slots=True)
class Principal:
    """`key_sid`: None if the account's own token was given."""

    account_sid: str
    role: str
    key_sid: str | None = None


class Accounts:
    """Reads accounts from the store each time, and checks credentials."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        #: Hash of a key and its secret -> when it was refused, and which accounts there were then.
        self._refused: dict[str, tuple[float, dict[bytes, bytes]]] = {}

    def get(self, account_sid: str) -> Account | None:
        settings = self._rt.settings
        if account_sid == settings.twilio_account_sid:
            token, former = settings.twilio_auth_token, self._rt.part(former_of_settings).token
            return Account(account_sid, token, account_sid, token, former, former)
        return self._read(account_sid)

    def require(self, account_sid: str) -> Account:
        account = self.get(account_sid)
        if account is None:
            raise NotFound("The account")
        return account

    def sids(self) -> list[str]:
        return [self._rt.settings.twilio_account_sid, *sorted(sid.decode() for sid in self.stored())]

    def stored(self) -> dict[bytes, bytes]:
        """SID -> when it was last added or given new tokens (ms)."""
        store = self._rt.store
        found: dict[bytes, bytes] = store.guard(lambda: store.client.hgetall(keys.ring("installation_accounts")))
        return found

    def authenticate(self, user: str, password: str) -> Principal | None:
        """Basic credentials: AC + auth token, or SK + secret of a key of ours or of the carrier's."""
        if is_sid(user, "AC"):
            account = self.get(user)
            tokens = account.auth_tokens(self._rt.now_ms()) if account else ()
            genuine = any([hmac.compare_digest(token.encode(), password.encode()) for token in tokens])
            return Principal(user, "full") if genuine else None
        return check_key(self._rt, user, password) if is_sid(user, "SK") else None

    def note_refused(self, hashed: str, stored: dict[bytes, bytes]) -> None:
        """`stored`: what `stored()` gave before the carrier was asked."""
        if len(self._refused) >= MOST_REFUSED:
            self._refused.clear()
        self._refused[hashed] = time.monotonic(), stored

    def was_refused_recently(self, hashed: str) -> bool:
        at, accounts = self._refused.get(hashed, (-REFUSED_SECONDS, {}))
        return time.monotonic() - at < REFUSED_SECONDS and accounts == self.stored()

    def _read(self, account_sid: str) -> Account | None:
        if not is_sid(account_sid, "AC"):
            return None
        store = self._rt.store
        text = store.guard(lambda: store.client.get(keys.account("account", account_sid)))
        if text is None:
            return None
        return open_account(self._rt, account_sid, text.decode())


class Carriers:
    """A client of the carrier for each account; a new one when the account's credentials change."""

    def __init__(self, rt: Runtime) -> None:
        self._url = rt.settings.twilio_api_url
        self._made: dict[str, tuple[Account, Carrier]] = {}

    def of(self, account: Account) -> Carrier:
        known = self._made.get(account.sid)
        if known is None or known[0] != account:
            known = self._made[account.sid] = account, Carrier(account, self._url)
        return known[1]


def carrier_of(rt: Runtime, account_sid: str) -> Carrier:
    """Raises NotFound if there is no such account."""
    return rt.part(Carriers).of(rt.part(Accounts).require(account_sid))


def add_account(rt: Runtime, sid: str, auth_token: str, carrier_sid: str, carrier_token: str) -> None:
    """Adds an account, or replaces the tokens of one. Raises Invalid."""
    for field, value in (("sid", sid), ("carrier_sid", carrier_sid)):
        if not is_sid(value, "AC"):
            raise Invalid(field, "must be AC and 32 hexadecimal digits")
    check_token("auth_token", auth_token)
    check_token("carrier_token", carrier_token)
    if sid == rt.settings.twilio_account_sid:
        raise Invalid("sid", "is the account of the settings; change TWILIO_AUTH_TOKEN instead")
    sealed = seal_account(rt, Account(sid, auth_token, carrier_sid, carrier_token))
    rt.store.guard(lambda: rt.store.client.set(keys.account("account", sid), sealed))
    rt.store.guard(lambda: rt.store.client.hset(keys.ring("installation_accounts"), sid, int(time.time() * 1000)))
    renew_versions(rt, sid)


def check_token(field: str, token: str) -> None:
    if not 8 <= len(token) <= 256:
        raise Invalid(field, "must be 8 to 256 characters")


def close_account(rt: Runtime, sid: str) -> None:
    """Nobody can log in as this account any more. Raises Invalid, NotFound, Refused."""
    sealed, account = stored_account(rt, sid)
    if not account.is_closed:
        replace_account(rt, sealed, replace(account, is_closed=True))


def renew_versions(rt: Runtime, account_sid: str) -> None:
    """Gives each Service of the account a new version, so that every process reads the new tokens."""
    owners = rt.store.guard(lambda: rt.store.client.hgetall(keys.installation_services()))
    for service_sid in (sid.decode() for sid, owner in owners.items() if owner.decode() == account_sid):
        rt.store.service("touch_service", service_sid, {})


def list_accounts(rt: Runtime) -> list[Account]:
    accounts = rt.part(Accounts)
    return [account for sid in accounts.sids() if (account := accounts.get(sid))]


def add_key(rt: Runtime, account_sid: str, role: str, name: str) -> tuple[str, str]:
    """Creates an API key. Returns its SID and its secret, which is not stored and cannot be shown again."""
    if role not in ROLES:
        raise Invalid("role", f"must be one of {', '.join(ROLES)}")
    rt.part(Accounts).require(account_sid)
    sid, secret = new("SK"), secrets.token_urlsafe(32)
    _write_key(rt, sid, {"account": account_sid, "role": role, "name": name, "hash": rt.index.of_secret(sid, secret)})
    return sid, secret


def list_keys(rt: Runtime, account_sid: str) -> list[dict[str, Any]]:
    """The keys that we created for one account: sid, role, name."""
    rows = rt.store.guard(lambda: rt.store.client.hgetall(keys.ring("api_keys")))
    docs = ((sid.decode(), json.loads(text)) for sid, text in sorted(rows.items()))
    return [
        {"sid": sid, "role": doc["role"], "name": doc["name"]}
        for sid, doc in docs
        if doc["account"] == account_sid and "checked" not in doc
    ]


def delete_keys(rt: Runtime, account_sid: str) -> None:
    """All API keys of an account, ours and the carrier's that we know."""
    rows = rt.store.guard(lambda: rt.store.client.hgetall(keys.ring("api_keys")))
    sids = [sid for sid, text in rows.items() if json.loads(text)["account"] == account_sid]
    if sids:
        rt.store.guard(lambda: rt.store.client.hdel(keys.ring("api_keys"), *sids))


def revoke_key(rt: Runtime, account_sid: str, key_sid: str) -> None:
    doc = _read_key(rt, key_sid)
    if doc is None or doc["account"] != account_sid:
        raise NotFound("The key")
    rt.store.guard(lambda: rt.store.client.hdel(keys.ring("api_keys"), key_sid))


def check_key(rt: Runtime, sid: str, secret: str) -> Principal | None:
    """Asks the carrier once for a key of its own, and trusts the hash for CARRIER_KEY_RECHECK_SECONDS."""
    doc, given = _read_key(rt, sid), rt.index.of_secret(sid, secret)
    if doc is not None and hmac.compare_digest(doc["hash"], given):
        age = time.time() - doc.get("checked", float("inf"))
        if "checked" not in doc or 0 <= age < rt.settings.carrier_key_recheck_seconds:
            return Principal(doc["account"], doc["role"], sid)
    elif doc is not None and "checked" not in doc:
        return None
    accounts = rt.part(Accounts)
    if accounts.was_refused_recently(given):
        return None
    stored = accounts.stored()
    found = _ask_carrier(rt, sid, secret, given)
    if found is None:
        accounts.note_refused(given, stored)
        _forget_key(rt, sid, doc, given)
    return found


def _ask_carrier(rt: Runtime, sid: str, secret: str, given: str) -> Principal | None:
    for account_sid in rt.part(Accounts).sids():
        account = rt.part(Accounts).get(account_sid)
        if account and not account.is_closed and rt.part(Carriers).of(account).knows_key(sid, secret):
            doc = {"account": account_sid, "role": "full", "name": "", "hash": given, "checked": time.time()}
            _write_key(rt, sid, doc)
            return Principal(account_sid, "full", sid)
    return None


def _forget_key(rt: Runtime, sid: str, doc: dict[str, Any] | None, given: str) -> None:
    """Forgets a key that the carrier has revoked. A wrong secret does not show that the key was revoked."""
    if doc is not None and hmac.compare_digest(doc["hash"], given):
        rt.store.guard(lambda: rt.store.client.hdel(keys.ring("api_keys"), sid))


def _read_key(rt: Runtime, sid: str) -> dict[str, Any] | None:
    text = rt.store.guard(lambda: rt.store.client.hget(keys.ring("api_keys"), sid))
    return json.loads(text) if text else None


def _write_key(rt: Runtime, sid: str, doc: dict[str, Any]) -> None:
    rt.store.guard(lambda: rt.store.client.hset(keys.ring("api_keys"), sid, json.dumps(doc)))
