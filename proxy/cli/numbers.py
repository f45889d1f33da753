"""`flask numbers …`: the webhook URLs of proxy numbers at the carrier."""

from __future__ import annotations

from collections.abc import Iterable

import click
from flask.cli import AppGroup

from pool import repointing
from pool.repointing import Repointed
from proxy.cli.common import errors_as_messages, require_service
from proxy.cli.output import json_option, print_list
from proxy.context import runtime

numbers = AppGroup("numbers", help="The webhook URLs of proxy numbers at the carrier.")


@numbers.command("repoint")
@click.argument("service", required=False)
@click.option("--all", "all_services", is_flag=True, help="The numbers of every Service.")
@json_option
@errors_as_messages
def repoint(service: str | None, all_services: bool, as_json: bool) -> None:
    """Set the webhook URLs of the numbers of SERVICE (its SID or unique name), after a change of PUBLIC_URL.

    Prints the outcome for each number. The exit code is 1 if one of them failed.
    """
    if (service is None) is not all_services:
        raise click.UsageError("Give either a SERVICE or --all.")
    results = list(_repoint(service))
    rows = ([result.sid, result.service_sid, result.outcome, result.reason] for result in results)
    print_list(["SID", "Service", "Outcome", "Reason"], rows, as_json, "There are no numbers.")
    if any(result.outcome == "failed" for result in results):
        raise SystemExit(1)


def _repoint(service: str | None) -> Iterable[Repointed]:
    if service is None:
        return repointing.repoint_all(runtime())
    return repointing.repoint(runtime(), require_service(service))
