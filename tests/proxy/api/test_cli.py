"""The commands `flask accounts` and `flask keys`, run as an operator runs them."""

import secrets

import pytest

from common.sids import new
from tests.support.api import Api, logged_in
from tests.support.stack import ACCOUNT

TYPED = "a-token-that-is-typed"


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *words, **more: runner.invoke(args=words, **more)


def test_an_added_account_may_log_in_and_is_listed(api: Api, app, run):
    sid = new("AC")
    done = run("accounts", "add", sid, input=f"{TYPED}\n")
    assert done.exit_code == 0
    assert TYPED not in done.output
    assert logged_in(app, sid, TYPED).get(api.url("/Services")).status_code == 200
    listed = run("accounts", "list").output.split()
    assert {ACCOUNT, sid} <= set(listed)


def test_a_key_is_made_listed_and_revoked(api: Api, app, run):
    sid, secret = run("keys", "add", ACCOUNT, "--role", "read-only", "--name", "the dashboard").output.split()
    assert logged_in(app, sid, secret).get(api.url("/Services")).status_code == 200
    assert f"{sid}  read-only  the dashboard" in run("keys", "list", ACCOUNT).output
    assert secret not in run("keys", "list", ACCOUNT).output
    assert run("keys", "revoke", ACCOUNT, sid).exit_code == 0
    assert sid not in run("keys", "list", ACCOUNT).output


@pytest.mark.parametrize("length", [16, 64, 256])
def test_a_token_of_any_length_that_is_allowed(api: Api, app, run, length):
    sid, token = new("AC"), secrets.token_hex(128)[:length]
    assert run("accounts", "add", sid, input=f"{token}\n").exit_code == 0
    assert logged_in(app, sid, token).get(api.url("/Services")).status_code == 200
    for other in (token[:-1], token.upper(), f"{token[:-1]}!"):
        assert logged_in(app, sid, other).get(api.url("/Services")).status_code == 401


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("accounts", "add", "AC1", "--auth-token", TYPED), "sid: must be AC"),
        (("accounts", "add", ACCOUNT, "--auth-token", TYPED), "TWILIO_AUTH_TOKEN"),
        (("accounts", "add", "AC" + "9" * 32, "--auth-token", "password-password"), "auth_token: must be random"),
        (("accounts", "add", "AC" + "9" * 32, "--auth-token", "fifteen-letters"), "auth_token: must be 16 to 256"),
        (("keys", "add", "AC" + "9" * 32), "not found"),
        (("keys", "revoke", ACCOUNT, "SK" + "9" * 32), "not found"),
        (("keys", "add", ACCOUNT, "--role", "god"), "read-only"),
    ],
)
def test_a_mistake_is_one_sentence(run, words, says):
    done = run(*words)
    assert done.exit_code != 0
    assert says in done.output
    assert "Traceback" not in done.output
