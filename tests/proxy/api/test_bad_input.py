"""Each bad value of each field gets a 4xx in the error shape that names the field, and nothing changes."""

import json
from io import BytesIO
from urllib.parse import quote_plus, urlencode

import pytest

from tests.proxy.api.bad_fields import (
    ALWAYS,
    BOOLEAN,
    HUGE,
    NEW_SESSION_FIELDS,
    NUMBER_FIELDS,
    PARTICIPANT_FIELDS,
    SERVICE_FIELDS,
    SESSION_FIELDS,
)
from tests.proxy.api.conftest import make
from tests.support.api import Api

FORM = "application/x-www-form-urlencoded"
ROUTES = {
    "new service": ("/Services", SERVICE_FIELDS, {"UniqueName": "x"}),
    "service": ("/Services/{service}", SERVICE_FIELDS, {}),
    "new session": ("/Services/{service}/Sessions", NEW_SESSION_FIELDS, {}),
    "session": ("/Services/{service}/Sessions/{session}", SESSION_FIELDS, {}),
    "participant": (
        "/Services/{service}/Sessions/{session}/Participants",
        PARTICIPANT_FIELDS | {"FailOnParticipantConflict": BOOLEAN},
        {"Identifier": "+15551230000"},
    ),
    "new number": ("/Services/{service}/PhoneNumbers", NUMBER_FIELDS, {}),
    "number": ("/Services/{service}/PhoneNumbers/PN" + "0" * 32, {"IsReserved": BOOLEAN}, {}),
}
CASES = [
    pytest.param(path, base, field, value, id=f"{route}-{field}-{kind}")
    for route, (path, fields, base) in ROUTES.items()
    for field, kinds in fields.items()
    for kind, value in (kinds | ALWAYS).items()
]


@pytest.fixture(scope="module")
def api(rt, app):
    """One Service and Session for all of these tests: no test may change them."""
    return make(rt, app)


def state(api):
    """What must not change; a Service that a test creates would be named x."""
    session = "/Services/{service}/Sessions/{session}"
    paths = ["/Services/{service}", "/Services/{service}/Sessions", session, session + "/Participants", "/Services/x"]
    return [(answer.status_code, answer.get_data()) for answer in map(api.get, paths)]


@pytest.fixture(scope="module")
def before(api: Api):
    return state(api)


@pytest.mark.parametrize(("path", "base", "field", "value"), CASES)
def test_a_bad_value_is_refused_by_the_name_of_its_field(api: Api, before, path, base, field, value):
    form = urlencode({**base, field: value}).encode()
    response = api.client.post(api.url(path), data=form, content_type=FORM)
    body = api.problem(response, 400, 20001)
    named = "The form" if "\x00" in value else field
    assert body["message"].startswith(f"{named}: ")
    assert len(value) < 6 or value not in body["message"]
    assert state(api) == before


@pytest.mark.parametrize(
    ("path", "base", "field"), [pytest.param(p, b, f, id=f"{r}-{f}") for r, (p, fs, b) in ROUTES.items() for f in fs]
)
def test_a_field_given_twice_is_refused(api: Api, path, base, field):
    pairs = [(name, value) for name, value in base.items() if name != field]
    form = urlencode([*pairs, (field, "true"), (field, "true")])
    body = api.problem(api.client.post(api.url(path), data=form, content_type=FORM), 400, 20001)
    assert body["message"].startswith(f"{field}: is given more than once")


BAD_PARTICIPANTS = {
    "broken": "{", "nothing": "", "list": "[]", "text": '"+15551230000"', "number": "15551230000", "null": "null",
    "deep": "[" * 20_000, "deep object": '{"a":' * 5_000, "huge number": '{"Identifier": ' + HUGE + "}",
    "no identifier": "{}", "identifier null": '{"Identifier": null}',
    "identifier number": '{"Identifier": 15551230000}',
    "identifier list": '{"Identifier": ["+15551230000"]}', "nul": '{"Identifier": "+1555\\u0000"}',
    "surrogate": '{"Identifier": "+15551230000", "FriendlyName": "\\ud800"}',
    "twice": '{"Identifier": "+1", "identifier": "+1"}',
    "two spellings": '{"Identifier": "+1", "friendly_name": "a", "friendlyName": "b"}',
    "bad proxy": '{"Identifier": "+15551230000", "ProxyIdentifier": "abc"}', "NaN": "NaN",
    "bad sid": '{"Identifier": "+15551230000", "proxyIdentifierSid": "PN1"}',
    "newline": '{"Identifier": "+15551230000\\n"}',
}  # fmt: skip


@pytest.mark.parametrize("value", BAD_PARTICIPANTS.values(), ids=BAD_PARTICIPANTS.keys())
def test_a_bad_inline_participant_is_refused_by_its_place(api: Api, before, value):
    good = json.dumps({"Identifier": "+15551230001"})
    form = urlencode([("Participants", good), ("Participants", value)])
    response = api.client.post(api.url("/Services/{service}/Sessions"), data=form, content_type=FORM)
    body = api.problem(response, 400, 20001)
    assert body["message"].startswith(("Participants[1]", "Participants: "))
    assert "15551230000" not in body["message"]
    assert state(api) == before


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"UniqueName=%ff%fe", "UTF-8"),
        (b"UniqueName=\xff\xfe", "UTF-8"),
        (b"%ff=1", "UTF-8"),
        (b"Other=a%00b&UniqueName=x", "NUL"),
        (b"Ot%00her=a&UniqueName=x", "NUL"),
        (b"&".join(b"a%d=1" % n for n in range(201)), "200 fields"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(api: Api, body, says):
    response = api.client.post(api.url("/Services"), data=body, content_type=FORM)
    assert says in api.problem(response, 400, 20001)["message"]


def test_a_missing_required_field_is_named(api: Api):
    assert api.problem(api.post("/Services"), 400)["message"] == "UniqueName: is required"
    path = "/Services/{service}/Sessions/{session}/Participants"
    assert api.problem(api.post(path), 400)["message"] == "Identifier: is required"
    assert "Sid" in api.problem(api.post("/Services/{service}/PhoneNumbers"), 400)["message"]


def test_both_ways_to_name_a_number_are_one_too_many(api: Api):
    form = {"Sid": "PN" + "0" * 32, "PhoneNumber": "+15550001111"}
    assert "either" in api.problem(api.post("/Services/{service}/PhoneNumbers", form), 400)["message"]


@pytest.mark.parametrize("path", ["/proxy/v1/Services", "/webhooks/x", "/proxy", "/webhooks"])
def test_a_callback_may_not_lead_back_to_us(api: Api, path):
    form = {"UniqueName": "loop", "CallbackUrl": api.rt.settings.public_url + path}
    assert "CallbackUrl" in api.problem(api.post("/Services", form), 400)["message"]


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_another_kind_of_body_is_refused_with_the_right_one(api: Api, content_type):
    response = api.client.post(api.url("/Services"), data=b'{"UniqueName": "x"}', content_type=content_type)
    assert FORM in api.problem(response, 415, 20415)["message"]


def test_an_empty_post_needs_no_type(rt, app):
    own = make(rt, app)
    assert own.client.post(own.url("/Services/{service}/Sessions")).status_code == 201


@pytest.mark.parametrize("method", ["post", "delete", "get"])
def test_a_body_over_64_kb_is_413(api: Api, method):
    body = b"UniqueName=" + b"x" * 65_536
    response = getattr(api.client, method)(api.url("/Services/{service}"), data=body, content_type=FORM)
    api.problem(response, 413, 20413)


@pytest.mark.parametrize("extra", [1, 2, 100_000])
def test_a_body_of_unknown_length_is_not_cut_short(api: Api, extra):
    """The server passes on a chunked body like this; if it were cut at the limit, it would be a valid form."""
    body = (b"Ttl=5&Other=" + b"x" * 65_536)[: 65_536 + extra]
    environ = {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, "CONTENT_TYPE": FORM}
    path = api.url("/Services/{service}/Sessions")
    api.problem(api.client.open(path, method="POST", environ_overrides=environ), 413, 20413)


def test_unknown_fields_and_keys_are_ignored_as_twilio_does(api: Api):
    person = {"Identifier": "+15551230000", "attributes": {"identifier": 1, "Identifier": 2}}
    form = {"Participants": json.dumps(person), "Colour": "red", "Status": "sideways"}
    assert "Status" in api.problem(api.post("/Services/{service}/Sessions", form), 400)["message"]


def test_unknown_fields_change_nothing(rt, app):
    """Fields of the answer, and of the store's document, that no request may set."""
    own = make(rt, app)
    service, session = (
        own.get("/Services/{service}").get_json(),
        own.get("/Services/{service}/Sessions/{session}").get_json(),
    )
    forged = {
        "Sid": "KS" + "0" * 32, "sid": "KS" + "0" * 32, "AccountSid": "AC" + "9" * 32, "account_sid": "AC" + "9" * 32,
        "DateCreated": "2001-01-01T00:00:00Z", "date_created": "2001-01-01T00:00:00Z", "Url": "https://evil.example",
        "version": "7", "ServiceSid": "KS" + "0" * 32, "ClosedReason": "api", "role": "full",
    }  # fmt: skip
    assert own.post("/Services/{service}", forged).status_code == 200
    assert own.post("/Services/{service}/Sessions/{session}", forged).status_code == 200
    changed = {"date_updated", "date_last_interaction"}
    for before, path in ((service, "/Services/{service}"), (session, "/Services/{service}/Sessions/{session}")):
        after = own.get(path).get_json()
        assert {name: after[name] for name in before if name not in changed} == {
            name: before[name] for name in before if name not in changed
        }


BAD_SIDS = ["PN1", "PN" + "0" * 31, "PN" + "z" * 32, "KS" + "0" * 32, "%00", "é", "..%2f..", "a" * 3000]


@pytest.mark.parametrize("sid", BAD_SIDS)
@pytest.mark.parametrize(
    "path",
    [
        "/Services/{service}/PhoneNumbers/",
        "/Services/{service}/Sessions/{session}/Participants/",
        "/Services/{service}/Sessions/{session}/Interactions/",
        "/Services/{service}/Sessions/",
        "/Services/",
    ],
)
def test_a_wrong_sid_in_a_path_is_404(api: Api, path, sid):
    for method in (api.client.get, api.client.post, api.client.delete):
        api.problem(method(api.url(path) + quote_plus(sid, safe="%")), 404, 20404)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("put", "/Services"),
        ("delete", "/Services"),
        ("patch", "/Services/{service}"),
        ("post", "/Services/{service}/Sessions/{session}/Interactions"),
        ("post", "/Services/{service}/Sessions/{session}/Participants/KP" + "0" * 32),
        ("post", "/Services/{service}/Sessions/{session}/Interactions/KI" + "0" * 32),
    ],
)
def test_a_wrong_method_is_405_and_says_which_are_right(api: Api, method, path):
    response = getattr(api.client, method)(api.url(path))
    api.problem(response, 405, 20004)
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/proxy/v1/Nothing", "/proxy/v1/Services/", "/proxy/v1//Services", "/nowhere", "/%ff"]
)
def test_an_unknown_path_is_404_in_the_same_shape(api: Api, path):
    api.problem(api.client.get(path), 404, 20404)
