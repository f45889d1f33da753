"""Basic credentials: AC + auth token, or SK + secret of a key of ours or of the carrier's."""

from __future__ import annotations

import hmac

from common.runtime import Runtime
from common.sids import is_sid
from common.steps import Steps
from services.accounts import FULL, Accounts, Principal
from services.api_keys import account_of_key, check_key


def authenticate(rt: Runtime, user: str, password: str) -> Steps[Principal | None]:
    """Raises Refused if the carrier would have to be asked about a key, but may not be now."""
    if is_sid(user, "AC"):
        account = yield from rt.part(Accounts).read(user)
        tokens = account.auth_tokens(rt.now_ms()) if account else ()
        genuine = any([hmac.compare_digest(token.encode(), password.encode()) for token in tokens])
        return Principal(user, FULL) if genuine else None
    return (yield from check_key(rt, user, password)) if is_sid(user, "SK") else None


def account_named(rt: Runtime, user: str) -> str | None:
    """The account that such credentials would belong to, if it exists."""
    if is_sid(user, "AC"):
        return user if rt.part(Accounts).get(user) else None
    return account_of_key(rt, user) if is_sid(user, "SK") else None
