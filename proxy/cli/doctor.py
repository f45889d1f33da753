"""`flask doctor`: is this installation well?"""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from proxy.doctor.checks import examine
from proxy.doctor.finding import BAD, GOOD, SKIPPED, WARNING, Finding, Patient

MARKS = {GOOD: "ok", WARNING: "warn", BAD: "FAIL", SKIPPED: "skip"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of a line a finding.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check settings, store, database, processes, queues, address and numbers; change nothing.

    One line a finding, with what mends it. Exit code 1 if anything fails; warnings alone leave it 0.
    """
    found = []
    for finding in examine(Patient()):
        found.append(finding)
        if not as_json:
            click.echo(_line(finding))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], indent=2))
    context.exit(1 if any(finding.state == BAD for finding in found) else 0)


def _line(finding: Finding) -> str:
    mend = f". {finding.mend}" if finding.mend else ""
    return f"{MARKS[finding.state]:<4}  {finding.check:<8}  {finding.text}{mend}"
