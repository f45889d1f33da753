"""`flask doctor`: checks this installation."""

from __future__ import annotations

import json

import click

from proxy.doctor.checks import examine
from proxy.doctor.finding import BAD, GOOD, SKIPPED, WARNING, CheckContext, Finding

MARKS = {GOOD: "ok", WARNING: "warn", BAD: "FAIL", SKIPPED: "skip"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of one line for each finding.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check settings, store, database, processes, queues, address and numbers; change nothing.

    Prints one line for each finding, with how to fix it. The exit code is 1 if a check fails, else 0.
    """
    findings = []
    for finding in examine(CheckContext()):
        findings.append(finding)
        if not as_json:
            click.echo(_line(finding))
    if as_json:
        click.echo(json.dumps([_json(finding) for finding in findings], indent=2))
    context.exit(1 if any(finding.state == BAD for finding in findings) else 0)


def _line(finding: Finding) -> str:
    fix = f". {finding.fix}" if finding.fix else ""
    return f"{MARKS[finding.state]:<4}  {finding.check:<8}  {finding.text}{fix}"


def _json(finding: Finding) -> dict[str, str]:
    return {"check": finding.check, "state": finding.state, "text": finding.text, "mend": finding.fix}
