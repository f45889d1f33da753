"""Messaging Services in Twilio's Messaging API v1: this carrier has none, so the list is empty."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from simulator.model import Key
from simulator.rest.access import authenticate_without_path
from simulator.rest.paging import page_with_meta

messaging = Blueprint("messaging", __name__)
messaging.before_request(authenticate_without_path)


@messaging.get("/Services")
def list_services() -> dict[str, Any]:
    none: list[Key] = []
    return page_with_meta("services", none, lambda one: {})
