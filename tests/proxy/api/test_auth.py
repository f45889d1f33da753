"""Who may call what: credentials, roles, accounts that cannot see each other; every route is guarded."""

import pytest

from common.errors import CarrierError
from common.sids import new
from services.accounts import add_account
from services.api_keys import add_key, revoke_key
from tests.support.api import Api, logged_in
from tests.support.stack import ACCOUNT, TOKEN

OPEN_TO_ALL = {"/healthz", "/readyz"}


def _path(app, rule, method):
    """A path that matches the rule; each SID in it starts with the right two letters."""
    prefixes = {name: getattr(converter, "regex", "")[:2] for name, converter in rule._converters.items()}
    values = {name: new(prefix if prefix.isupper() else "KS") for name, prefix in prefixes.items()}
    return app.url_map.bind("mask.example").build(rule.endpoint, values, method)


def _routes(app):
    return [(rule, method) for rule in app.url_map.iter_rules() for method in rule.methods]


def test_every_route_is_guarded_or_on_the_short_list(app):
    anonymous = app.test_client()
    for rule, method in _routes(app):
        response = anonymous.open(_path(app, rule, method), method=method)
        if rule.rule.startswith(("/proxy/", "/events/", "/ops/")):
            assert response.status_code == 401, (rule, method)
        elif rule.rule.startswith("/media/") and method != "OPTIONS":
            # The link itself gives access; a forged link gets the same answer as an expired one.
            assert response.status_code == 404, (rule, method)
        elif method not in ("OPTIONS", "HEAD") and rule.rule not in OPEN_TO_ALL:
            assert response.status_code == 403, (rule, method)


def test_the_api_has_routes_at_all(app):
    assert sum(rule.rule.startswith("/proxy/v1/") for rule, _ in _routes(app)) > 40


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        "Basic Og==",
        "Basic /////w==",
        "Basic " + "QQ" * 4000,
        f"Bearer {TOKEN}",
        "Digest username=x",
        "Basic QUMxMTExOg==",
    ],
)
def test_without_good_credentials_the_answer_is_401(api: Api, app, header):
    headers = {} if header is None else {"Authorization": header}
    response = app.test_client().get(api.url("/Services"), headers=headers)
    api.problem(response, 401, 20003)
    assert response.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    ("user", "password"),
    [
        (ACCOUNT, TOKEN + "x"),
        (ACCOUNT, TOKEN[:-1]),
        (ACCOUNT, "é"),
        (ACCOUNT.lower(), TOKEN),
        ("AC" + "9" * 32, TOKEN),
        ("x", "y"),
    ],
)
def test_wrong_credentials_are_401(api: Api, app, user, password):
    api.problem(logged_in(app, user, password).get(api.url("/Services")), 401, 20003)


def test_credentials_in_the_query_are_no_credentials(api: Api, app):
    query = {"AccountSid": ACCOUNT, "AuthToken": TOKEN}
    api.problem(app.test_client().get(api.url("/Services"), query_string=query), 401, 20003)


def test_a_key_of_ours_may_do_what_its_role_allows(api: Api, app):
    for role, posted in (("full", 201), ("read-only", 403)):
        client = logged_in(app, *add_key(api.rt, ACCOUNT, role, "of a test"))
        assert client.get(api.url("/Services/{service}")).status_code == 200
        assert client.post(api.url("/Services/{service}/Sessions")).status_code == posted
    api.problem(client.delete(api.url("/Services/{service}")), 403, 20403)
    assert api.get("/Services/{service}").status_code == 200


def test_a_wrong_secret_of_a_key_is_401(api: Api, app):
    sid, secret = add_key(api.rt, ACCOUNT, "full", "")
    api.problem(logged_in(app, sid, secret + "x").get(api.url("/Services")), 401, 20003)


def test_a_revoked_key_is_refused_at_once(api: Api, app, monkeypatch):
    """After we revoke our key, we ask the carrier about it, as for any key that we do not know."""
    monkeypatch.setattr("carrier.client.Carrier.knows_key", lambda *_: False)
    sid, secret = add_key(api.rt, ACCOUNT, "full", "")
    assert logged_in(app, sid, secret).get(api.url("/Services")).status_code == 200
    revoke_key(api.rt, ACCOUNT, sid)
    api.problem(logged_in(app, sid, secret).get(api.url("/Services")), 401, 20003)


def test_a_carrier_that_cannot_be_asked_for_a_key_is_503(api: Api, app):
    response = logged_in(app, new("SK"), "secret of a key").get(api.url("/Services"))
    api.problem(response, 503, 20503)
    assert response.headers["Retry-After"]


@pytest.fixture
def stranger(api: Api, app):
    sid = new("AC")
    add_account(api.rt, sid, "another-token-0123456789", sid, "another-token-0123456789")
    return logged_in(app, sid, "another-token-0123456789")


def test_another_account_sees_nothing(api: Api, stranger):
    for path in ("/Services/{service}", "/Services/{service}/Sessions", "/Services/{service}/Sessions/{session}"):
        api.problem(stranger.get(api.url(path)), 404, 20404)
    api.problem(stranger.delete(api.url("/Services/{service}")), 404, 20404)
    assert stranger.get(api.url("/Services")).get_json()["services"] == []


def test_two_accounts_may_use_the_same_name(api: Api, stranger):
    name = new("shared-")
    mine = api.post("/Services", {"UniqueName": name}).get_json()["sid"]
    theirs = stranger.post(api.url("/Services"), data={"UniqueName": name}).get_json()["sid"]
    for _ in range(2):
        for client, sid in ((api.client, mine), (stranger, theirs)):
            assert client.post(api.url(f"/Services/{name}/Sessions")).get_json()["service_sid"] == sid


def test_a_carrier_error_never_shows_its_words(api: Api, app, monkeypatch):
    cases = [(404, 404), (400, 400), (401, 502), (403, 502), (429, 503), (500, 503), (0, 502)]
    for given, answered in cases:
        error = CarrierError("of +15551239999", code=21452, status=given, retryable=given >= 429)

        def fail(*_, error=error, **__):
            raise error

        monkeypatch.setattr("pool.numbers.add_number", fail)
        response = api.post("/Services/{service}/PhoneNumbers", {"Sid": new("PN")})
        assert "5551239999" not in api.problem(response, answered)["message"]
