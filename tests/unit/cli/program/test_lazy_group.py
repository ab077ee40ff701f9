"""What a command does not need is not imported; the help says the same as if all were."""

import subprocess
import sys
from collections.abc import Sequence

import click
import pytest
from click.testing import CliRunner

from cli.backfill.command import backfill
from cli.main import main
from cli.program.lazy_group import LazyGroup

STARTED = """
import sys
import cli.main
try:
    cli.main.main(sys.argv[1:], prog_name="textract-pipeline")
except SystemExit as end:
    assert end.code == 0, end.code
print(*sorted(sys.modules), file=sys.stderr)
"""
HEAVY = {"boto3", "botocore", "document_rendering", "local", "pydantic", "pypdfium2", "rich", "textract_pipeline"}


def imported_by(*arguments: str) -> set[str]:
    command = [sys.executable, "-c", STARTED, *arguments]
    return {*subprocess.run(command, check=True, capture_output=True, text=True).stderr.split()}


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("backfill", "--help"), ("--version",)], ids=" ".join)
def test_help_imports_nothing_that_it_does_not_need(arguments: Sequence[str]) -> None:
    imported = imported_by(*arguments)
    assert not HEAVY & imported
    assert {name for name in imported if name.startswith("cli.")} <= {
        *("cli.main", "cli.outside_text", "cli.program", "cli.program.lazy_group"),
        *("cli.backfill", "cli.backfill.command"),
    }


@pytest.mark.parametrize(
    ("command", "others"),
    [
        ("status", {"cli.submit", "cli.local", "cli.backfill.command", "pydantic", "pypdfium2", "local.textract"}),
        ("doctor", {"cli.submit", "cli.results", "document_rendering", "pydantic", "rich.progress"}),
        ("submit", {"cli.results", "document_rendering", "pydantic"}),
    ],
)
def test_a_command_does_not_import_the_others(command: str, others: set[str]) -> None:
    imported = imported_by(command, "--help")
    assert f"cli.{command}" in imported
    assert not others & imported


@pytest.mark.parametrize("group", [main, backfill], ids=lambda group: group.name)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_help_is_as_click_writes_it_from_the_commands(group: LazyGroup, width: int) -> None:
    plain = click.Group(
        "plain", commands=dict(group.commands), context_settings={"help_option_names": ["-h", "--help"]}
    )
    told, expected = (
        CliRunner().invoke(one, ["--help"], terminal_width=width).stdout.partition("\nCommands:\n")[2]
        for one in (group, plain)
    )
    assert told == expected
    assert told


def test_a_command_that_does_not_exist_is_not_understood() -> None:
    result = CliRunner().invoke(main, ["unheard-of"])
    assert (result.exit_code, "No such command" in result.output) == (2, True)


def test_a_command_may_be_added_that_is_there_already() -> None:
    group = LazyGroup("group")
    group.add_command(click.Command("here"))
    group.add_lazy("later", "cli.status:status", "Show the state of documents.")
    assert group.list_commands(click.Context(group)) == ["here", "later"]
    assert {*group.commands} == {"here", "later"}
