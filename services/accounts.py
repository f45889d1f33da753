"""Who may call the API. The first account is in the settings; others are stored, with their tokens sealed."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace

from carrier.client import Carrier
from common.errors import Invalid, NotFound
from common.model import Account
from common.runtime import Runtime
from common.sids import is_sid
from common.steps import IN_THREAD, Command, Steps, finish
from common.values import auth_token as auth_token_kind
from common.values import problem_of
from services.account_document import (
    former_of_settings,
    open_account,
    replace_account,
    seal_account,
    stored_account,
)
from storage import keys

FULL, READ_ONLY = "full", "read-only"


@dataclass(frozen=True, slots=True)
class Principal:
    """`role`: FULL | READ_ONLY. `key_sid`: None if the account's own token was given."""

    account_sid: str
    role: str
    key_sid: str | None = None


class Accounts:
    """Reads accounts from the store each time."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt

    def get(self, account_sid: str) -> Account | None:
        return finish(self._rt.store, self.read(account_sid))

    def read(self, account_sid: str) -> Steps[Account | None]:
        settings = self._rt.settings
        if account_sid == settings.twilio_account_sid:
            if not self._rt.has(former_of_settings):
                yield IN_THREAD
            token, former = settings.twilio_auth_token, self._rt.part(former_of_settings).token
            return Account(account_sid, token, account_sid, token, former, former)
        if not is_sid(account_sid, "AC"):
            return None
        text = yield Command(("GET", keys.account("account", account_sid)))
        return open_account(self._rt, account_sid, text.decode()) if text is not None else None

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
    known = rt.part(Accounts).get(sid)
    if known and known.carrier_sid != carrier_sid and _holds_numbers(rt, known):
        raise Invalid("carrier_sid", "the account has numbers of its present account at the carrier: remove them first")
    sealed = seal_account(rt, Account(sid, auth_token, carrier_sid, carrier_token))
    # First the list: an account that can log in but is not in it would have no jobs.
    rt.store.guard(lambda: rt.store.client.hset(keys.ring("installation_accounts"), sid, int(time.time() * 1000)))
    rt.store.guard(lambda: rt.store.client.set(keys.account("account", sid), sealed))
    renew_versions(rt, sid)


def _holds_numbers(rt: Runtime, account: Account) -> bool:
    stored = rt.store.guard(lambda: rt.store.client.hvals(keys.account("number_claims", account.carrier_sid)))
    return any(json.loads(text)["account"] == account.sid for text in stored)


def check_token(field: str, token: str) -> None:
    """The same rule as for a token of the settings."""
    problem = problem_of(auth_token_kind, token)
    if problem:
        raise Invalid(field, problem)


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
