"""Accounts and their API keys."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, request

from simulator import render, sids
from simulator.errors import refusal
from simulator.model import Key, now
from simulator.rest.access import account, carrier, refuse_keys
from simulator.rest.paging import page

accounts = Blueprint("accounts", __name__)
accounts.before_request(refuse_keys)


@accounts.get("/<account_sid>.json")
def fetch_account(account_sid: str) -> dict[str, Any]:
    return render.account(account())


@accounts.get("/<account_sid>/Keys.json")
def list_keys(account_sid: str) -> dict[str, Any]:
    return page("keys", carrier().state.keys_of(account_sid), render.key)


@accounts.post("/<account_sid>/Keys.json")
def create_key(account_sid: str) -> tuple[dict[str, Any], int]:
    """Only this answer contains the secret. KeyType is ignored: restricted keys are made by the IAM API."""
    key = make_key(request.form.get("FriendlyName", ""))
    return {**render.key(key), "secret": key.secret}, 201


@accounts.get("/<account_sid>/Keys/<sid>.json")
def fetch_key(account_sid: str, sid: str) -> dict[str, Any]:
    return render.key(find_key(sid))


@accounts.post("/<account_sid>/Keys/<sid>.json")
def update_key(account_sid: str, sid: str) -> dict[str, Any]:
    key = find_key(sid)
    key.friendly_name, key.updated = request.form.get("FriendlyName", key.friendly_name), now()
    carrier().state.persist()
    return render.key(key)


@accounts.delete("/<account_sid>/Keys/<sid>.json")
def delete_key(account_sid: str, sid: str) -> tuple[str, int]:
    state = carrier().state
    with state.lock:
        del state.keys[find_key(sid).sid]
        state.persist()
    return "", 204


def make_key(name: str, policy: dict[str, Any] | None = None) -> Key:
    state = carrier().state
    with state.lock:
        key = Key(sids.new("SK"), account().sid, secrets.token_urlsafe(24), name, next(state.seq), policy)
        state.keys[key.sid] = key
        state.persist()
    return key


def find_key(sid: str) -> Key:
    key = carrier().state.keys.get(sid)
    if key is None or key.account_sid != account().sid:
        raise refusal(20404, request.path)
    return key
