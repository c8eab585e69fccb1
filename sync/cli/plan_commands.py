"""The commands about plan files: approve, verify."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from sync.cli import streams
from sync.cli.options import FILE, with_options
from sync.errors import ExitCode
from sync.text import moment, visible_value

if TYPE_CHECKING:
    from pathlib import Path

    from sync.commands.plan_file import Plan
    from sync.commands.verify import Verified
    from sync.settings import Settings


@click.command(short_help="Sign a plan file with an SSH key.")
@click.argument("plan_file", metavar="PLAN", type=FILE)
@click.option("--key", type=FILE, required=True, help="Your SSH key, such as ~/.ssh/id_ed25519.")
@with_options("state_dir")
def approve(settings: "Settings", plan_file: "Path", key: "Path") -> ExitCode:
    """Sign PLAN with an SSH key. The signature is added to PLAN.sig beside it."""
    from sync.commands.approve import approve as approve_plan
    from sync.commands.signatures import is_maker

    def show(plan: "Plan") -> None:
        for line in about(plan):
            streams.err(line)
        if is_maker(settings.by, plan):
            streams.err(
                "Note: you have made this plan yourself. Your signature does not count as an approval where SIGNERS "
                f"lists you under your own name, {settings.by} or {settings.by.partition('@')[0]}."
            )

    approved, signatures = approve_plan(plan_file, key, show)
    streams.err(f"Signed: {signatures}", wrap=False)
    streams.err(f"Send it along with {approved.path.name}: apply looks for it beside the plan.")
    return ExitCode.OK


@click.command(short_help="Say whether a plan file is intact, and who made and approved it.")
@click.argument("plan_file", metavar="PLAN", type=FILE)
@click.option("--signers", type=FILE, help="Who may sign: an OpenSSH allowed_signers file.")
@with_options("state_dir", "json")
def verify(settings: "Settings", plan_file: "Path", signers: "Path | None") -> ExitCode:
    """Say who made PLAN, when, from what, what it would change, who approved it, and whether it is intact."""
    from sync.commands.verify import verify as verify_plan

    verified = verify_plan(plan_file, signers)
    if settings.json:
        streams.out_json(_as_json(verified))
        return ExitCode.OK
    for line in (*about(verified.plan), *_approval(verified, signers), "The plan is intact."):
        streams.out(line)
    return ExitCode.OK


def about(plan: "Plan") -> list[str]:
    """What a plan is and what it would change, in lines."""
    from sync.problems import remarks_of
    from sync.settings import place

    facts = plan.facts
    counts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in plan.counts.items() if count)
    lines = [
        f"Plan:      {plan.path}, SHA-256 {plan.sha256}",
        f"Made by:   {facts.by}, {moment(facts.started_at)}, campfire-sync {facts.version}",
        *([f"Reason:    {facts.reason}"] if facts.reason else []),
        f"From:      {facts.file}, SHA-256 {facts.file_sha256}",
        f"Mapping:   {facts.mapping}, SHA-256 {facts.mapping_sha256}",
        *([f"Resource:  {facts.resource}, a file of its own; its text is in the plan"] if facts.resource_text else []),
        f"Sends to:  {place(facts.base_url)}",
        f"Rows:      {counts or 'none'}",
        *(f"Look at:   {warning.with_rows}" for warning in facts.warnings),
        *(f"Note:      {remark.with_rows}" for remark in remarks_of(facts)),
        *_content(plan),
    ]
    return [visible_value(line) for line in lines]  # the names in it may come from another machine


def _content(plan: "Plan") -> Iterator[str]:
    """The totals, and every change, since that is what somebody signs."""
    from sync.cli.plan_view import RunView
    from sync.commands.plan_file import planned_rows
    from sync.contract.load import resource_of_run

    resource = resource_of_run(plan.facts)
    yield from _totals(plan, {total.name: total.label for total in resource.totals})
    yield "Changes:"
    yield from RunView(plan.facts, resource).plan(planned_rows(plan), None)


def _totals(plan: "Plan", labels: dict[str, str]) -> Iterator[str]:
    """A line for each currency: `EUR: Total revenue 1,200.00, Total MRR 100.00`."""
    from sync.report.totals import readable_amount

    for currency, totals in plan.totals.items():
        amounts = (f"{labels.get(name, name)} {readable_amount(amount)}" for name, amount in totals.items())
        yield f"Totals:    {currency}: {', '.join(amounts)}"


def _approval(verified: "Verified", signers: "Path | None") -> list[str]:
    if signers is None:
        hint = " Check by whom with --signers FILE." if verified.has_signatures else ""
        return [f"Approved:  {'it is signed.' if verified.has_signatures else 'not signed.'}{hint}"]
    lines = [f"Approved:  {', '.join(verified.approved_by) or 'by nobody named in ' + str(signers)}"]
    if verified.not_counted:
        lines.append(f"Not counted: {', '.join(verified.not_counted)} (made the plan, or is not a single name)")
    return [*lines, *(f"Not counted: {problem}" for problem in dict.fromkeys(verified.problems))]


def _as_json(verified: "Verified") -> dict[str, object]:
    plan, facts = verified.plan, verified.plan.facts
    return {
        "plan": str(plan.path),
        "sha256": plan.sha256,
        "run": facts.id,
        "by": facts.by,
        "made_at": facts.started_at,
        "version": facts.version,
        "reason": facts.reason,
        "file": facts.file,
        "file_sha256": facts.file_sha256,
        "mapping": facts.mapping,
        "mapping_sha256": facts.mapping_sha256,
        "base_url": facts.base_url,
        "counts": plan.counts,
        "totals": plan.totals,
        "approved_by": list(verified.approved_by),
        "not_counted": list(verified.not_counted),
        "exit_code": 0,
    }
