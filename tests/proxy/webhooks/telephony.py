"""Calls between virtual phones: who does what, what each hears, and what the carrier asked us meanwhile."""

from __future__ import annotations

from typing import Any

from tests.proxy.webhooks.scene import Scene


def plan(scene: Scene, phone: str, what: str, **more: Any) -> None:
    scene.sim("POST", f"/phones/{phone}/plan", plan=what, **more)


def let_take_calls(scene: Scene, *people: str) -> None:
    """They pick up and press 1, since a new Service puts nobody through before that (docs/calls.md, "Mailboxes")."""
    for phone in people:
        plan(scene, phone, "answer", keys="1")


def call(scene: Scene, sender: str, to: str, **more: Any) -> str:
    """The call's SID, once all that it causes waits for somebody or for the clock."""
    found: str = scene.sim("POST", "/call?wait=1", **{"from": sender, "to": to, **more})["sid"]
    return found


def act(scene: Scene, phone: str, what: str, **more: Any) -> None:
    scene.sim("POST", f"/phones/{phone}/{what}?wait=1", **more)


def advance(scene: Scene, seconds: float) -> None:
    scene.sim("POST", "/clock", advance=seconds)
    scene.sim("GET", "/settle")


def heard(scene: Scene, phone: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scene.sim("GET", f"/phones/{phone}")["heard"]
    return found


def said(scene: Scene, phone: str) -> list[str]:
    return [str(one["text"]) for one in heard(scene, phone) if one["kind"] == "say"]


def bridged(scene: Scene, phone: str) -> list[str]:
    """The caller ids with which this phone was put through to somebody."""
    return [str(one["text"]) for one in heard(scene, phone) if one["kind"] == "bridged"]


def asked(scene: Scene, kind: str) -> list[dict[str, Any]]:
    """What the carrier posted to us: params, status, answer."""
    found: list[dict[str, Any]] = scene.sim("GET", f"/requests?kind={kind}")["requests"]
    return found
