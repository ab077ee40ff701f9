"""Every command's help has an example that works when it is copied."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from cli.main import main


def commands(group: click.Group, *names: str) -> Iterator[tuple[str, ...]]:
    yield names
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)
        else:
            yield (*names, name)


@pytest.mark.parametrize("names", list(commands(main)), ids=" ".join)
def test_help_ends_its_description_with_an_example_on_lines_of_its_own(names: tuple[str, ...]) -> None:
    lines = CliRunner().invoke(main, [*names, "--help"]).stdout.splitlines()
    example = lines.index("  Example:")
    assert lines[example + 1].startswith("    textract-pipeline ")
    assert not any("\\b" in line for line in lines)


def test_a_group_without_a_command_shows_its_help_line_by_line() -> None:
    told = CliRunner().invoke(main, ["backfill"])
    assert told.exit_code == 2
    assert "Commands:\n  cancel" in told.output


@pytest.mark.parametrize("arguments", [["\x1b[31m"], ["submit", "\x1b[31m"], ["status", "--\x1b[31m"]])
def test_what_was_not_understood_is_quoted_without_steering_the_terminal(arguments: list[str]) -> None:
    told = CliRunner().invoke(main, arguments)
    assert told.exit_code == 2
    assert "Usage: " in told.output
    assert "\\x1b[31m" in told.output
    assert "\x1b" not in told.output
