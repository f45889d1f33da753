"""Gives an account a new token; the former one is accepted until its end."""

from __future__ import annotations

from dataclasses import replace

from common.errors import Invalid, NotFound
from common.model import Account, FormerToken
from common.runtime import Runtime
from services.account_document import OVERLAP_SECONDS, replace_account, stored_account
from services.accounts import check_token, renew_versions

API, CARRIER = "api", "carrier"


def change_token(rt: Runtime, sid: str, token: str, only: str | None, overlap_seconds: int) -> Account:
    """`only`: api (what the account's programs use) | carrier (what the carrier signs with and asks of us) | None: the
    carrier's, and the one for the API if both were the same.

    May be repeated: a token that is already the current one changes nothing. Raises Invalid, NotFound, Refused.
    """
    check_token("token", token)
    if not 0 <= overlap_seconds <= OVERLAP_SECONDS:
        raise Invalid("overlap", f"must be 0 to {OVERLAP_SECONDS // 3600} hours")
    sealed, account = stored_account(rt, sid)
    if account.is_closed:
        raise NotFound("The account")
    changed = _changed(account, token, only, rt.now_ms() + overlap_seconds * 1000)
    replace_account(rt, sealed, changed)
    renew_versions(rt, sid)
    return changed


def _changed(account: Account, token: str, only: str | None, ends_ms: int) -> Account:
    is_shared = account.auth_token == account.carrier_token
    if only != CARRIER and (only == API or is_shared) and account.auth_token != token:
        account = replace(account, auth_token=token, former_auth=FormerToken(account.auth_token, ends_ms))
    if only != API and account.carrier_token != token:
        account = replace(account, carrier_token=token, former_carrier=FormerToken(account.carrier_token, ends_ms))
    return account
