"""`flask accounts remove`: what it refuses, what it deletes, and that nobody can use the account any more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from callbacks.run import forget
from common.sids import new
from erasure.accounts import finish_removal
from erasure.services import retire
from record.database import open_engine
from record.drain import drain_service
from record.migrate import upgrade
from services.accounts import add_account, list_accounts
from services.api_keys import add_key
from services.services import find_service
from storage import keys
from tests.services.changes.conftest import SecondProcess, clock, harness, other, stack
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import WebhookHarness

__all__ = ["clock", "harness", "other", "stack"]

TOKENS = "token-of-a-tenant-0123456789", "another-token-of-a-tenant-0123456789"

FORMER_URL = "https://former.example/sms"


class Tenant:
    """An account with a key, a Service, a number in it, and a Session with two people. It is asked for at `other`."""

    def __init__(self, harness: WebhookHarness, other: SecondProcess) -> None:
        self.harness, self.other, self.rt, self.sid = harness, other, harness.stack.runtime, new("AC")
        harness.sim("POST", "/accounts", sid=self.sid, auth_token=TOKENS[0])
        phone = f"+1646555{next(harness.phones)}"
        self.number = harness.sim("POST", "/numbers", phone_number=phone, account_sid=self.sid)
        at_carrier = harness.stack.sdk(self.sid, TOKENS[0]).api.v2010.accounts(self.sid)
        at_carrier.incoming_phone_numbers(self.number["sid"]).update(sms_url=FORMER_URL)
        add_account(self.rt, self.sid, TOKENS[0], self.sid, TOKENS[0])
        self.key = add_key(self.rt, self.sid, "full", "")
        self.api = harness.stack.sdk(self.sid, TOKENS[0]).proxy.v1
        self.service = self.api.services.create(unique_name=new("of-"))
        here = self.api.services(self.service.sid)
        self.numbers = here.phone_numbers
        self.numbers.create(phone_number=self.number["phone_number"])
        self.session = here.sessions(here.sessions.create().sid)
        self.people = [self.session.participants.create(identifier=harness.new_person()) for _ in range(2)]

    def remove(self, *words: str) -> Any:
        return self.harness.stack.app.test_cli_runner().invoke(args=["accounts", "remove", self.sid, *words])

    def logins(self) -> list[int]:
        return [self.other.api("GET", "/Services", *pair).status_code for pair in ((self.sid, TOKENS[0]), self.key)]

    def webhook(self) -> int:
        url = self.harness.url("message", self.service.sid)
        form = self.harness.message_form(self.people[0].identifier, self.people[0].proxy_identifier, "hi")
        return int(self.other.webhook(url, {**form, "AccountSid": self.sid}, TOKENS[0]).status_code)

    def sms_url(self) -> str:
        found = self.harness.sim("GET", "/numbers")["numbers"]
        return str(next(n["sms_url"] for n in found if n["sid"] == self.number["sid"]))

    def lasting_keys(self) -> list[bytes]:
        """Those that do not expire by themselves."""
        client = self.rt.store.client
        found = [key for owner in (self.sid, self.service.sid) for key in client.scan_iter(f"{{{owner}}}*")]
        return sorted(key for key in found if client.pttl(key) == -1)


@pytest.fixture
def tenant(harness: WebhookHarness, other: SecondProcess) -> Tenant:
    found = Tenant(harness, other)
    assert (found.logins(), found.webhook()) == ([200, 200], 200)
    return found


def test_live_sessions_are_named_and_nothing_is_changed(tenant: Tenant, harness: WebhookHarness) -> None:
    before = harness.writes()
    done = tenant.remove()
    assert done.exit_code == 1 and tenant.service.sid in done.output and "--force" in done.output
    assert harness.writes() == before
    assert (tenant.logins(), tenant.webhook()) == ([200, 200], 200)


def test_without_live_sessions_it_is_removed(tenant: Tenant) -> None:
    tenant.session.update(status="closed")
    done = tenant.remove()
    assert done.exit_code == 0 and "with 1 Services" in done.output
    assert (tenant.logins(), tenant.webhook()) == ([401, 401], 403)
    assert tenant.sms_url() == FORMER_URL
    assert find_service(tenant.rt, tenant.service.sid) is None


def test_force_ends_live_sessions_and_everything_goes(tenant: Tenant, tmp_path: Path) -> None:
    assert tenant.remove("--force").exit_code == 0
    assert (tenant.logins(), tenant.webhook()) == ([401, 401], 403)
    assert tenant.sms_url() == FORMER_URL
    assert not finish_removal(tenant.rt, tenant.sid), "its last events are not recorded yet"
    shown = {account.sid: account.is_closed for account in list_accounts(tenant.rt)}
    assert shown[tenant.sid]
    url = f"sqlite:///{tmp_path}/record.sqlite3"
    upgrade(url)
    assert drain_service(tenant.rt.store, open_engine(url), tenant.service.sid) > 0
    forget(tenant.rt, tenant.service.sid)
    assert retire(tenant.rt, tenant.sid, tenant.service.sid)
    assert finish_removal(tenant.rt, tenant.sid)
    assert tenant.lasting_keys() == []
    assert tenant.sid not in [account.sid for account in list_accounts(tenant.rt)]
    assert finish_removal(tenant.rt, tenant.sid), "may be repeated"
    assert "not found" in tenant.remove().output


def test_a_number_that_the_carrier_does_not_let_us_change(tenant: Tenant, harness: WebhookHarness) -> None:
    """The carrier's token was changed there, and nobody told us."""
    harness.sim("POST", "/accounts", sid=tenant.sid, auth_token=TOKENS[1])
    tenant.session.update(status="closed")
    assert tenant.remove().exit_code == 1
    done = tenant.remove("--force")
    assert done.exit_code == 0 and tenant.number["sid"] in done.output
    assert find_service(tenant.rt, tenant.service.sid) is None
    assert tenant.rt.store.client.hlen(keys.account("number_claims", tenant.sid)) == 0


def test_a_service_that_was_created_while_the_account_was_closed(tenant: Tenant) -> None:
    """Its request was let in before. The job finds the Service."""
    tenant.remove("--force")
    row = {"sid": new("KS"), "account": tenant.sid, "unique_name": "late", "name_hash": "late"}
    tenant.rt.store.client.hset(keys.installation_services(), row["sid"], tenant.sid)
    tenant.rt.store.service("put_service", row["sid"], {"create": {**row, "expiring_seconds": 0}})
    assert not finish_removal(tenant.rt, tenant.sid)
    assert not tenant.rt.store.client.exists(keys.service("service", row["sid"]))


def test_it_may_be_added_again(tenant: Tenant) -> None:
    tenant.remove("--force")
    add_account(tenant.rt, tenant.sid, TOKENS[1], tenant.sid, TOKENS[0])
    assert not finish_removal(tenant.rt, tenant.sid)
    assert tenant.other.api("GET", "/Services", tenant.sid, TOKENS[1]).status_code == 200
    assert tenant.logins() == [401, 401], "neither the former token nor the former key"


def test_what_cannot_be_removed(harness: WebhookHarness) -> None:
    run = harness.stack.app.test_cli_runner().invoke
    assert "TWILIO_ACCOUNT_SID" in run(args=["accounts", "remove", ACCOUNT, "--force"]).output
    for nobody in (new("AC"), "AC1", TOKEN):
        assert "The account was not found" in run(args=["accounts", "remove", nobody]).output
