"""API keys in Twilio's IAM API v1: the only API that makes restricted keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from simulator import policy, render
from simulator.errors import refusal
from simulator.model import Key, now
from simulator.rest.access import account, authenticate_without_path, carrier, refuse_keys
from simulator.rest.accounts import find_key, make_key
from simulator.rest.paging import page_with_meta

iam = Blueprint("iam", __name__)
iam.before_request(authenticate_without_path)
iam.before_request(refuse_keys)
KINDS = ("", "restricted")
MAX_NAME_LENGTH = 64


@iam.post("/Keys")
def create_key() -> tuple[dict[str, Any], int]:
    form = request.form
    _require_account(form.get("AccountSid", ""))
    kind = form.get("KeyType", "")
    if kind not in KINDS:
        raise refusal(20001, "KeyType must be restricted, or not given")
    if kind and not form.get("Policy"):
        raise refusal(20001, "Policy is missing")
    allowed = policy.read(form["Policy"]) if kind else None
    key = make_key(_name(""), allowed)
    return {**_key_json(key), "secret": key.secret}, 201


@iam.get("/Keys")
def list_keys() -> dict[str, Any]:
    _require_account(request.args.get("AccountSid", ""))
    return page_with_meta("keys", carrier().state.keys_of(account().sid), render.key)


@iam.get("/Keys/<sid>")
def fetch_key(sid: str) -> dict[str, Any]:
    return _key_json(find_key(sid))


@iam.post("/Keys/<sid>")
def update_key(sid: str) -> dict[str, Any]:
    key, state = find_key(sid), carrier().state
    allowed = policy.read(request.form["Policy"]) if key.policy and request.form.get("Policy") else key.policy
    with state.lock:
        key.friendly_name, key.policy, key.updated = _name(key.friendly_name), allowed, now()
        state.persist()
    return _key_json(key)


@iam.delete("/Keys/<sid>")
def delete_key(sid: str) -> tuple[str, int]:
    state = carrier().state
    with state.lock:
        del state.keys[find_key(sid).sid]
        state.persist()
    return "", 204


def _key_json(key: Key) -> dict[str, Any]:
    return {**render.key(key), "policy": key.policy}


def _name(default: str) -> str:
    name = request.form.get("FriendlyName", default)
    if len(name) > MAX_NAME_LENGTH:
        raise refusal(70001)
    return name


def _require_account(sid: str) -> None:
    if not sid:
        raise refusal(20001, "AccountSid is missing")
    if sid != account().sid:
        raise refusal(20003)
