"""When a part of our system is down or fails: errors keep their shape, and the log has no text that people wrote."""

import logging

import pytest

from common.errors import Refused, Unavailable
from proxy.app import create_app
from storage.store import Store
from tests.proxy.api.conftest import NO_CARRIER
from tests.support.api import Api, logged_in

NOWHERE = NO_CARRIER.replace("http", "redis")


@pytest.fixture
def dead(rt, monkeypatch):
    """The application while its store cannot be reached."""
    app = create_app(rt)
    monkeypatch.setattr(rt, "store", Store(NOWHERE))
    return logged_in(app)


GETS = [
    "/Services",
    "/Services/{service}",
    "/Services/{service}/PhoneNumbers",
    "/Services/{service}/Sessions",
    "/Services/{service}/Sessions/{session}",
    "/Services/{service}/Sessions/{session}/Participants",
    "/Services/{service}/Sessions/{session}/Interactions",
]


@pytest.mark.parametrize("path", GETS)
def test_without_its_store_the_api_says_try_again(api: Api, dead, path):
    response = dead.get(api.url(path))
    api.problem(response, 503, 20503)
    assert response.headers["Retry-After"]


def test_nothing_is_made_without_the_store(api: Api, dead):
    for path, form in (("/Services", {"UniqueName": "x"}), ("/Services/{service}/Sessions", {})):
        api.problem(dead.post(api.url(path), data=form), 503, 20503)


def test_health_follows_the_store(api: Api, dead):
    assert (dead.get("/healthz").status_code, dead.get("/healthz").get_json()) == (503, {"status": "store unavailable"})


def test_health_is_open_to_all(app):
    response = app.test_client().get("/healthz")
    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})


def _failing(monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("sessions.opening.begin_session", fail)


def test_a_defect_is_500_and_its_text_stays_out_of_log_and_answer(api: Api, monkeypatch, caplog):
    _failing(monkeypatch, KeyError("+15551239999"))
    with caplog.at_level(logging.DEBUG):
        body = api.problem(api.post("/Services/{service}/Sessions", {"UniqueName": "x"}), 500, 20500)
    assert "KeyError" in caplog.text
    assert "test_errors.py" in caplog.text
    assert "5551239999" not in caplog.text + body["message"]


def test_not_even_in_debug_mode_is_an_error_shown(api: Api, app, monkeypatch):
    monkeypatch.setattr(app, "debug", True)
    _failing(monkeypatch, KeyError("+15551239999"))
    response = api.post("/Services/{service}/Sessions", {"UniqueName": "x"})
    api.problem(response, 500, 20500)
    assert "5551239999" not in response.get_data(as_text=True) and "KeyError" not in response.get_data(as_text=True)


def test_every_answer_says_what_it_is(api: Api, app):
    """JSON of the API and of errors, also at a path that nobody has."""
    anonymous = app.test_client()
    answers = [
        api.get("/Services"), api.get("/Services/x"), anonymous.get("/proxy/v1/Services"), anonymous.get("/healthz"),
        anonymous.get("/nothing"), anonymous.get("/media/x/1/y"), api.client.put("/proxy/v1/Services"),
    ]  # fmt: skip
    for answer in answers:
        assert answer.content_type == "application/json" and answer.get_json()


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Unavailable("x"), 503, 20503),
        (Refused(20429, "x"), 429, 20429),
        (Refused(80206, "x"), 400, 80206),
        (Refused(80603, "x"), 400, 80603),
        (Refused(80604, "x"), 400, 80604),
        (Refused(80623, "x"), 409, 80623),
    ],
)
def test_each_code_has_its_status(api: Api, monkeypatch, error, status, code):
    _failing(monkeypatch, error)
    api.problem(api.post("/Services/{service}/Sessions"), status, code)


def test_no_answer_may_be_kept_by_a_cache(api: Api):
    assert api.get("/Services").headers["Cache-Control"] == "no-store"
