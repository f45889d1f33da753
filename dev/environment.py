"""The environment of the embedded set-up: your environment, then `.env`, then values that are made once and kept."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import sys
from dataclasses import fields
from pathlib import Path

from common.config import ConfigError, Settings, environment

SIMULATOR_PORT = "5055"
#: A variable of var/run.env: the names of its lines that were made for that start, not chosen by anybody.
GENERATED_NAMES = "MADE_BY_MAKE_RUN"


def compose(root: Path) -> dict[str, str]:
    """Every variable except REDIS_URL, which is set once the embedded store runs."""
    found = _chosen(environment(str(root / ".env")), root / "var" / "run.env")
    found.update(_saved_secrets(root / "var" / "dev.env", found))
    port, simulator = _port(found, "PORT", "5000"), _port(found, "SIMULATOR_PORT", SIMULATOR_PORT)
    found.update(PORT=port, SIMULATOR_PORT=simulator)
    defaults = {
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        # The default is the simulator: a trial must not change the webhooks of real numbers.
        "TWILIO_API_URL": f"http://127.0.0.1:{simulator}",
        "SIMULATOR_URL": f"http://127.0.0.1:{simulator}",
        "PYTHONUNBUFFERED": "1",
        # The Procfile's default is every address: behind a reverse proxy, on a server.
        "LISTEN_HOST": "127.0.0.1",
    }
    if found.get("TWILIO_API_URL") in (None, "", defaults["TWILIO_API_URL"]):
        # The simulator reaches no real phone, so callbacks may go to your app on this machine.
        defaults["ALLOW_PRIVATE_CALLBACKS"] = "1"
    generated = {name: value for name, value in defaults.items() if not found.get(name)}
    found.update(generated, **{GENERATED_NAMES: " ".join([*generated, *["REDIS_URL"] * uses_embedded_store(found)])})
    found["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{found.get('PATH', os.defpath)}"
    return found


def _chosen(found: dict[str, str], earlier: Path) -> dict[str, str]:
    """Without values that the shell read from an earlier start's var/run.env: they name its store and ports."""
    generated = _lines(earlier) if earlier.exists() and found.get(GENERATED_NAMES) else {}
    return {
        name: value
        for name, value in found.items()
        if name != GENERATED_NAMES
        and not (name in found.get(GENERATED_NAMES, "").split() and generated.get(name) == value)
    }


def _port(found: dict[str, str], name: str, default: str) -> str:
    """Check a port before URLs are made from it; else the error would be about those."""
    text = found.get(name) or default
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise ConfigError(f"{name} must be a whole number from 1 to 65535. Write: {name}={default}")
    return str(int(text))


def uses_simulator(environ: dict[str, str]) -> bool:
    return environ["TWILIO_API_URL"] == f"http://127.0.0.1:{environ['SIMULATOR_PORT']}"


def uses_embedded_store(environ: dict[str, str]) -> bool:
    return not (environ.get("REDIS_URL") or environ.get("REDIS_URL_FILE"))


def write(file: Path, values: dict[str, str]) -> None:
    """A file that a shell and python-dotenv can read, with mode 600."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.writelines(f"{name}={shlex.quote(value)}\n" for name, value in values.items())


def settings_of(environ: dict[str, str]) -> dict[str, str]:
    """The settings in it, for other shells, and SIMULATOR_URL for the simulator's command line."""
    names = [name for field in fields(Settings) for name in (field.name.upper(), f"{field.name.upper()}_FILE")]
    return {name: environ[name] for name in (*names, "SIMULATOR_URL", GENERATED_NAMES) if environ.get(name)}


def _saved_secrets(file: Path, found: dict[str, str]) -> dict[str, str]:
    """Missing secrets: from the file, or made and written there, so that a restart opens the same key ring."""
    generated = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
    }
    saved = generated | (_lines(file) if file.exists() else {})
    write(file, {name: saved[name] for name in generated})
    return {name: saved[name] for name in generated if not (found.get(name) or found.get(f"{name}_FILE"))}


def _lines(file: Path) -> dict[str, str]:
    pairs = (line.partition("=") for line in file.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {name: "".join(shlex.split(value)) for name, _, value in pairs}
