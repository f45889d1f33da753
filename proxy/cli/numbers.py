"""`flask numbers …`: where the carrier sends what comes in at the numbers of a pool."""

from __future__ import annotations

from collections.abc import Iterable

import click
from flask.cli import AppGroup

from pool import repointing
from pool.repointing import Repointed
from proxy.cli.accounts import plainly, require_service
from proxy.cli.output import json_option, print_list
from proxy.edge import runtime

numbers = AppGroup("numbers", help="Numbers: their webhooks at the carrier.")


@numbers.command("repoint")
@click.argument("service", required=False)
@click.option("--all", "everywhere", is_flag=True, help="The numbers of every Service.")
@json_option
@plainly
def repoint(service: str | None, everywhere: bool, as_json: bool) -> None:
    """Set the webhooks of the numbers of SERVICE (its SID or unique name) to PUBLIC_URL, as after a change of it.

    Prints what was done for each number; 1 is the exit code if one failed.
    """
    if (service is None) is not everywhere:
        raise click.UsageError("Give either a SERVICE or --all.")
    found = list(_repoint(service))
    rows = ([one.sid, one.service_sid, one.outcome, one.reason] for one in found)
    print_list(["SID", "Service", "Outcome", "Reason"], rows, as_json, "There is no number.")
    if any(one.outcome == "failed" for one in found):
        raise SystemExit(1)


def _repoint(service: str | None) -> Iterable[Repointed]:
    if service is None:
        return repointing.repoint_all(runtime())
    return repointing.repoint(runtime(), require_service(service))
