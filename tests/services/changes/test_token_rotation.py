"""A new token of an account: the former one is accepted until its end, and our own requests use the new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from carrier import signature
from common import config
from common.assembly import build
from common.runtime import Runtime
from common.sids import new
from common.steps import finish
from services.accounts import Accounts, add_account, carrier_of
from services.authentication import authenticate
from storage import keys
from tests.services.changes.conftest import SecondProcess
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Clock, WebhookHarness

OLD, NEW, NEWEST = (f"token-of-an-account-{word}-0123456789" for word in ("old", "new", "newest"))
HOUR = 3600


class Tenant:
    """An account with a Service, whose requests go to the other process."""

    def __init__(self, harness: WebhookHarness, other: SecondProcess, clock: Clock) -> None:
        self.sid, self.harness, self.other, self.clock = new("AC"), harness, other, clock
        harness.sim("POST", "/accounts", sid=self.sid, auth_token=OLD)
        add_account(harness.stack.runtime, self.sid, OLD, self.sid, OLD)
        self.service = other.api("POST", "/Services", self.sid, OLD, UniqueName=new("of-")).get_json()["sid"]

    def api(self, token: str) -> int:
        return int(self.other.api("GET", "/Services", self.sid, token).status_code)

    def webhook(self, token: str) -> int:
        url = self.harness.url("message", self.service)
        form = {**self.harness.message_form(self.harness.new_person(), "+15005550006", "hi"), "AccountSid": self.sid}
        return int(self.other.webhook(url, form, token).status_code)

    def both(self, token: str) -> tuple[int, int]:
        return self.api(token), self.webhook(token)

    def rotate(self, token: str, *words: str, typed: bool = False) -> Any:
        given = ("--token-file", "-") if not typed else ()
        command = ["accounts", "token", self.sid, *given, *words]
        return self.harness.stack.app.test_cli_runner().invoke(args=command, input=f"{token}\n")


@pytest.fixture
def tenant(harness: WebhookHarness, other: SecondProcess, clock: Clock) -> Tenant:
    found = Tenant(harness, other, clock)
    assert found.both(OLD) == (200, 200)
    return found


def test_both_tokens_are_accepted_until_the_end_of_the_former(tenant: Tenant) -> None:
    assert tenant.both(NEW) == (401, 403)
    done = tenant.rotate(NEW)
    assert done.exit_code == 0 and NEW not in done.output and "ends at" in done.output
    assert tenant.both(NEW) == tenant.both(OLD) == (200, 200)
    tenant.clock.advance(24 * HOUR - 1)
    assert tenant.both(OLD) == (200, 200)
    tenant.clock.advance(1)
    assert (tenant.both(OLD), tenant.both(NEW)) == ((401, 403), (200, 200))


def test_our_own_requests_use_the_new_token_at_once(tenant: Tenant) -> None:
    rt = tenant.other.rt
    assert carrier_of(rt, tenant.sid).find_number("+13125550000") is None
    tenant.rotate(NEW)
    tenant.harness.sim("POST", "/accounts", sid=tenant.sid, auth_token=NEW)
    assert carrier_of(rt, tenant.sid).find_number("+13125550000") is None


def test_a_former_token_may_end_at_once(tenant: Tenant) -> None:
    """After a leak."""
    tenant.rotate(NEW, "--overlap", "0", typed=True)
    assert (tenant.both(OLD), tenant.both(NEW)) == ((401, 403), (200, 200))


def test_at_most_two_tokens_and_a_repeated_command_changes_nothing(tenant: Tenant) -> None:
    tenant.rotate(NEW)
    tenant.clock.advance(HOUR)
    first = tenant.rotate(NEWEST).output
    assert (tenant.both(OLD), tenant.both(NEW), tenant.both(NEWEST)) == ((401, 403), (200, 200), (200, 200))
    tenant.clock.advance(HOUR)
    assert tenant.rotate(NEWEST).output == first
    assert tenant.both(NEW) == (200, 200)


def test_the_tokens_of_the_api_and_of_the_carrier_change_apart(tenant: Tenant) -> None:
    tenant.rotate(NEW, "--only", "carrier", "--overlap", "0")
    assert (tenant.api(OLD), tenant.api(NEW)) == (200, 401)
    assert (tenant.webhook(OLD), tenant.webhook(NEW)) == (403, 200)
    tenant.rotate(NEWEST)
    assert (tenant.api(OLD), tenant.webhook(NEWEST)) == (200, 200), "they are two tokens now"
    tenant.rotate(NEWEST, "--only", "api", "--overlap", "0")
    assert (tenant.api(OLD), tenant.api(NEWEST)) == (401, 200)


def test_what_is_refused(tenant: Tenant, harness: WebhookHarness) -> None:
    tenant.rotate(NEW)
    before = harness.writes()
    assert "must be 16 to 256" in tenant.rotate("short").output
    assert "easily guessed" in tenant.rotate("changeme-changeme").output
    assert tenant.rotate(NEWEST, "--overlap", "25").exit_code == 2
    assert "both given" in tenant.rotate(NEWEST, "--token", NEWEST).output
    assert tenant.rotate(NEWEST, "--only", "nothing").exit_code == 2
    run = harness.stack.app.test_cli_runner().invoke
    assert "not found" in run(args=["accounts", "token", new("AC")], input=f"{NEW}\n").output
    assert "TWILIO_AUTH_TOKEN_FORMER" in run(args=["accounts", "token", ACCOUNT], input=f"{NEW}\n").output
    assert harness.writes() == before


def test_a_change_at_the_same_time_is_not_lost(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another operator changes the account between our reading and our writing."""
    rt, whole = tenant.harness.stack.runtime, tenant.harness.stack.runtime.store.account

    def later(script: str, sid: str, args: dict[str, Any]) -> Any:
        if script == "replace_account":
            add_account(rt, tenant.sid, NEWEST, tenant.sid, NEWEST)
        return whole(script, sid, args)

    monkeypatch.setattr(rt.store, "account", later)
    assert "at the same time" in tenant.rotate(NEW).output
    monkeypatch.undo()
    assert (tenant.both(NEW), tenant.both(NEWEST)) == ((401, 403), (200, 200))


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[str]]]:
    """The tokens with which signatures were computed since the last call."""
    used: list[str] = []
    whole = signature.sign

    def noted(token: str, *rest: Any) -> str:
        used.append(token)
        return whole(token, *rest)

    monkeypatch.setattr(signature, "sign", noted)

    def since() -> list[str]:
        found = list(used)
        used.clear()
        return found

    yield since


def test_a_webhook_signed_with_the_current_token_costs_one_hmac(
    tenant: Tenant, signed: Callable[[], list[str]]
) -> None:
    tenant.rotate(NEW)
    tenant.webhook(NEW)
    signed()
    assert tenant.webhook(NEW) == 200
    assert signed() == [NEW]
    assert tenant.webhook(OLD) == 200
    assert signed()[-1] == OLD


def test_accounts_list_shows_the_end(tenant: Tenant) -> None:
    tenant.rotate(NEW)
    shown = tenant.harness.stack.app.test_cli_runner().invoke(args=["accounts", "list"]).output
    line = next(line for line in shown.splitlines() if line.startswith(tenant.sid))
    assert line.endswith("Z")


class Settings:
    """A process that starts with TWILIO_AUTH_TOKEN `token` and the former `former`."""

    def __init__(self, harness: WebhookHarness, token: str, former: str | None) -> None:
        environ = {**harness.stack.environment, "TWILIO_AUTH_TOKEN": token}
        if former:
            environ["TWILIO_AUTH_TOKEN_FORMER"] = former
        self.rt: Runtime = build(config.load(environ), harness.clock)

    def accepts(self, token: str) -> bool:
        account = self.rt.part(Accounts).require(ACCOUNT)
        signs = token in account.carrier_tokens(self.rt.now_ms())
        assert (finish(self.rt.store, authenticate(self.rt, ACCOUNT, token)) is not None) == signs
        return signs


def test_the_account_of_the_settings(harness: WebhookHarness, clock: Clock) -> None:
    """The end is counted from the first start: a restart does not lengthen it."""
    first = Settings(harness, NEW, TOKEN)
    assert first.accepts(TOKEN) and first.accepts(NEW) and not first.accepts(OLD)
    assert first.rt.part(Accounts).require(ACCOUNT).carrier_token == NEW
    clock.advance(23 * HOUR)
    assert Settings(harness, NEW, TOKEN).accepts(TOKEN)
    clock.advance(HOUR)
    assert not first.accepts(TOKEN) and not Settings(harness, NEW, TOKEN).accepts(TOKEN)
    assert not Settings(harness, NEW, None).accepts(TOKEN)
    stored = str(harness.stack.runtime.store.client.hgetall(keys.ring("former_tokens")))
    assert len(stored) > 2 and TOKEN not in stored


def test_a_token_of_the_settings_that_is_changed_back(harness: WebhookHarness, clock: Clock) -> None:
    """Each time a token becomes the former one, it has a day of its own."""
    assert Settings(harness, TOKEN, None).accepts(TOKEN)
    assert Settings(harness, NEW, TOKEN).accepts(TOKEN)
    clock.advance(48 * HOUR)
    assert Settings(harness, TOKEN, NEW).accepts(NEW)
    clock.advance(48 * HOUR)
    again = Settings(harness, NEW, TOKEN)
    assert again.accepts(TOKEN) and again.accepts(NEW)
    clock.advance(24 * HOUR)
    assert not again.accepts(TOKEN)
