"""Gives an account a new token; the former one is accepted until its end."""

from __future__ import annotations

from dataclasses import replace

from common.errors import Invalid, NotFound, Refused
from common.model import Account, FormerToken
from common.runtime import Runtime
from services.account_document import OVERLAP_SECONDS, open_account, seal_account
from services.accounts import check_token, renew_versions
from storage import keys

API, CARRIER = "api", "carrier"
SETTINGS = (
    "is the account of the settings: set TWILIO_AUTH_TOKEN to the new token and TWILIO_AUTH_TOKEN_FORMER to the "
    "former one, and restart"
)


def change_token(rt: Runtime, sid: str, token: str, only: str | None, overlap_seconds: int) -> Account:
    """`only`: api (what the account's programs use) | carrier (what the carrier signs with and asks of us) | None: the
    carrier's, and the one for the API if both were the same.

    May be repeated: a token that is already the current one changes nothing. Raises Invalid, NotFound, Refused.
    """
    if sid == rt.settings.twilio_account_sid:
        raise Invalid("sid", SETTINGS)
    check_token("token", token)
    if not 0 <= overlap_seconds <= OVERLAP_SECONDS:
        raise Invalid("overlap", f"must be 0 to {OVERLAP_SECONDS // 3600} hours")
    stored = rt.store.guard(lambda: rt.store.client.get(keys.account("account", sid)))
    if stored is None:
        raise NotFound("The account")
    changed = _changed(open_account(rt, sid, stored.decode()), token, only, rt.now_ms() + overlap_seconds * 1000)
    args = {"former": stored.decode(), "text": seal_account(rt, changed)}
    if not rt.store.account("replace_account", sid, args)["replaced"]:
        raise Refused(20409, "The account was changed at the same time: run the command again")
    renew_versions(rt, sid)
    return changed


def _changed(account: Account, token: str, only: str | None, ends_ms: int) -> Account:
    is_shared = account.auth_token == account.carrier_token
    if only != CARRIER and (only == API or is_shared) and account.auth_token != token:
        account = replace(account, auth_token=token, former_auth=FormerToken(account.auth_token, ends_ms))
    if only != API and account.carrier_token != token:
        account = replace(account, carrier_token=token, former_carrier=FormerToken(account.carrier_token, ends_ms))
    return account
