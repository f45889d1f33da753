"""The container files: the commands of the Procfile, only settings that exist, nothing that is root or may write."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from common.config import NAMES, Settings
from tests.guards.source import PRODUCT, ROOT
from tests.guards.test_imports import APART
from tests.guards.test_processes import LINES

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "maskline"}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
INSTRUCTIONS = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def test_each_line_of_the_procfile_is_a_service_with_that_command():
    commands = {name: service["command"] for name, service in OURS.items()}
    # Compose reads $ itself: $$ is one that the shell gets.
    assert commands == {name: ["sh", "-c", line.replace("$", "$$")] for name, line in LINES.items()}


def test_the_image_alone_starts_the_web_process():
    (command,) = re.findall(r"^CMD (.+)$", INSTRUCTIONS, re.MULTILINE)
    assert yaml.safe_load(command) == ["sh", "-c", LINES["web"]]


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting_and_every_secret_is_given(name):
    given = OURS[name]["environment"]
    assert set(given) <= NAMES
    files = {value for variable, value in given.items() if variable.endswith("_FILE")}
    assert files == {f"/run/secrets/{secret}" for secret in OURS[name]["secrets"]}
    required = {field.upper() for field, spec in Settings.__dataclass_fields__.items() if spec.metadata["required"]}
    assert required <= {variable.removesuffix("_FILE") for variable in given}


def test_no_secret_is_written_down():
    """A value comes from a file or from the user's own environment."""
    texts = {value for service in SERVICES.values() for value in service.get("environment", {}).values()}
    assert not [value for value in texts if re.search(r"(?i)://[^/\s]*:[^/\s]*@", value)]
    hidden = {field.upper() for field, spec in Settings.__dataclass_fields__.items() if spec.metadata["hidden"]}
    assert not [name for name, service in OURS.items() if hidden & set(service["environment"])]
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", ())}
    assert used == set(COMPOSE["secrets"])
    assert "secrets/" in (ROOT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_may_as_little_as_possible(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"] and "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].partition(":")[0]) > 0
    assert not {"privileged", "pid", "ipc", "network_mode"} & set(service)
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert all(re.fullmatch(r"[a-z]+:/[\w/]+", volume) for volume in service.get("volumes", ()))


def test_stores_are_in_a_network_without_a_way_out():
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert {name for name, service in SERVICES.items() if service["networks"] == ["inside"]} == {"valkey", "postgres"}


def test_who_must_be_ready_says_when_it_is():
    assert "/readyz" in " ".join(SERVICES["web"]["healthcheck"]["test"])
    waited_for = {
        other
        for service in SERVICES.values()
        for other, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    }
    assert waited_for == {"valkey", "postgres"}
    assert all(SERVICES[name]["healthcheck"]["test"] for name in waited_for)


def test_the_image_installs_by_hash_and_ends_as_no_root():
    assert "--require-hashes" in INSTRUCTIONS and "--only-binary :all:" in INSTRUCTIONS
    users = re.findall(r"^USER (\S+)$", INSTRUCTIONS, re.MULTILINE)
    assert users and users[-1] == OURS["web"]["user"]
    assert not re.findall(r"^ADD ", INSTRUCTIONS, re.MULTILINE)
    assert not re.findall(r"FROM \S+:latest|curl|wget|https?://", INSTRUCTIONS)
    assert not re.findall(r"(?i)^(?:ARG|ENV) .*(?:secret|token|password)", INSTRUCTIONS, re.MULTILINE)


def test_only_what_runs_goes_into_the_image():
    assert IGNORED[1] == "*"
    allowed = {line.removeprefix("!") for line in IGNORED if line.startswith("!")}
    assert allowed == {*(set(PRODUCT) - set(APART)), "rsgi.py", "wsgi.py", "requirements.txt"}


# Slow: imports the whole product several times.
@pytest.mark.slow
@pytest.mark.parametrize(
    "module", ["rsgi", "wsgi", "proxy.check_and_run", "jobs.all", "jobs.worker", "jobs.clock", "record.migrate",
               "common.release", "media.sanitizer_process", "media.sandbox_probe"],
)  # fmt: skip
def test_what_is_in_the_image_is_enough(image, module):
    """The module is found and all that it imports, without tests, tools and the simulator."""
    code = f"import importlib.util, sys; assert importlib.util.find_spec({module!r})"
    # Importing these two would connect to the store.
    started = "; import proxy.app" if module in ("rsgi", "wsgi") else f"; import {module}"
    done = subprocess.run(
        [sys.executable, "-c", code + started + "; assert not {'dev', 'simulator', 'tests'} & set(sys.modules)"],
        cwd=image, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory /app as `COPY . ./` makes it."""
    place = tmp_path_factory.mktemp("app")
    for name in (line.removeprefix("!") for line in IGNORED if line.startswith("!")):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy(source, place / name)
    return place
