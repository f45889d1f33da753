"""A client of the API that uses no SDK, for requests that no SDK would send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Authorization

from common.runtime import Runtime
from tests.support.stack import ACCOUNT, TOKEN


@dataclass
class Api:
    """One Service with one Session, and a client that is logged in."""

    rt: Runtime
    client: FlaskClient
    service: str
    session: str

    def url(self, path: str) -> str:
        return "/proxy/v1" + path.format(service=self.service, session=self.session)

    def post(self, path: str, form: dict[str, str] | None = None) -> Any:
        return self.client.post(self.url(path), data=form)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(self.url(path), query_string=query)

    def problem(self, response: Any, status: int, code: int | None = None) -> dict[str, Any]:
        """Asserts that the response has the form of Twilio's errors, and returns the body."""
        assert response.status_code == status, response.get_data(as_text=True)
        assert response.mimetype == "application/json"
        body: dict[str, Any] = response.get_json()
        assert set(body) == {"code", "message", "more_info", "status"}
        assert body["status"] == status
        assert body["more_info"] == f"https://www.twilio.com/docs/errors/{body['code']}"
        assert code in (None, body["code"])
        return body


def logged_in(app: Flask, user: str = ACCOUNT, password: str = TOKEN) -> FlaskClient:
    client: FlaskClient = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = Authorization(
        "basic", {"username": user, "password": password}
    ).to_header()
    return client
