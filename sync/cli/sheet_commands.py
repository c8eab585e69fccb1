"""The commands about sheets and their columns: export, mapping show, mapping suggest."""

from typing import TYPE_CHECKING

import click

from sync.cli import streams
from sync.cli.invocation import current
from sync.cli.options import FILE, SENDING, TEXT, with_options
from sync.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from sync.settings import Settings


@click.command(short_help="The customers as they are now, as a sheet.")
@click.argument("file", type=FILE)
@click.option("--ids", type=FILE, help="Only these customers: a list of ids, or a sheet with the id column.")
@click.option(
    "--columns",
    type=TEXT,
    default="",
    metavar="LIST",
    help="Only these headers, as in “Notes,Zip Code”, and the id.",
)
@click.option("--with-totals", is_flag=True, help="The API's totals too, in grey on the right.")
@click.option("--template", is_flag=True, help="Only the headers. Needs no network and no key.")
@with_options("mapping", *SENDING, "group", "state_dir", "json", "quiet", "verbose")
def export(
    settings: "Settings", file: "Path", ids: "Path | None", columns: str, with_totals: bool, template: bool
) -> ExitCode:
    """Write the customers as they are now into FILE.xlsx, ready to edit and to run."""
    if file.suffix.lower() != ".xlsx":
        raise click.UsageError(f"“{file}” does not end in .xlsx.")
    if template and (ids or with_totals):
        raise click.UsageError("--template writes no rows: leave out --ids and --with-totals.")
    from sync.cli.next_step import after_export
    from sync.cli.signals import stop_on_signals
    from sync.cli.terminal import Console
    from sync.commands.export import export as export_records
    from sync.commands.export import template as write_template
    from sync.export import Selection

    console = Console(settings)
    if template:
        exported = write_template(file, columns, settings)
        console.wrote("The headers, ready to be filled in", exported.path)
        console.say(after_export(exported.path, settings, is_template=True))
    else:
        selection = Selection(ids=ids, columns=columns, with_totals=with_totals)
        exported = export_records(file, selection, settings, stop_on_signals(settings), console)
        console.exported(exported)
    code = ExitCode.SOME_ROWS if exported.not_found or exported.deleted else ExitCode.OK
    if settings.json:
        from sync.cli.json_output import export_as_json

        streams.out_json(export_as_json(exported, code, current()))
    return code


@click.group("mapping")
def mapping() -> None:
    """Show the mapping in force, or draft one."""


@mapping.command()
@with_options("mapping")
def show(settings: "Settings") -> ExitCode:
    """List the mapping in force, one line per column."""
    from sync.mapping import load
    from sync.mapping.show import lines

    for line in lines(load.load(settings.mapping or load.default_path())):
        streams.out(line, wrap=False)
    return ExitCode.OK


@mapping.command()
@click.argument("edits", type=FILE)
@click.option("--out", "draft_file", type=FILE, help="Write the draft into this file, which must not exist.")
@with_options("mapping", "sheet")
def suggest(settings: "Settings", edits: "Path", draft_file: "Path | None") -> ExitCode:
    """Draft a mapping file from the headers of EDITS, to standard output.

    The draft is for customers, or for the resource that the mapping in force names.
    """
    from sync.commands.suggest import suggest as suggest_mapping
    from sync.files import new_file

    text = suggest_mapping(edits, settings, draft_file)
    if draft_file is None:
        streams.out(text.removesuffix("\n"), wrap=False)
        return ExitCode.OK
    with new_file(draft_file) as file:
        file.write(text.encode("utf-8"))
    streams.err(f"The draft: {draft_file}", wrap=False)
    streams.err("Read it, then use it with --mapping.")
    return ExitCode.OK
