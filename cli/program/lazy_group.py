"""A group of commands, each of which is imported when it is used: `--help` needs none of them.

After "Lazily Loading Subcommands" (Click documentation, "Complex Applications"). There, the help of a group imports all
of its commands for their summaries; here, the group has the summaries.
"""

from collections.abc import MutableMapping
from functools import cached_property
from importlib import import_module
from typing import NamedTuple

import click


class Lazy(NamedTuple):
    """A command that is not imported yet: `module:attribute`, and the first sentence of its help."""

    place: str
    summary: str

    def load(self) -> click.Command:
        """Import it."""
        module, _, attribute = self.place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


class LazyGroup(click.Group):
    """A group whose commands are added with `add_lazy`."""

    _loaded: MutableMapping[str, click.Command]

    @cached_property
    def lazy(self) -> dict[str, Lazy]:
        """The commands by name, imported or not."""
        return {}

    def add_lazy(self, name: str, place: str, summary: str) -> None:
        """Add a command by its place: `module:attribute`."""
        self.lazy[name] = Lazy(place, summary)

    def list_commands(self, _: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*self.lazy, *self._loaded})

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now if it was not."""
        if cmd_name not in self._loaded and cmd_name in self.lazy:
            self._loaded[cmd_name] = self.lazy[cmd_name].load()
        return self._loaded.get(cmd_name)

    def _all_loaded(self) -> MutableMapping[str, click.Command]:
        for name in self.lazy:
            self.get_command(click.Context(self), name)
        return self._loaded

    def _set_loaded(self, commands: MutableMapping[str, click.Command]) -> None:
        self._loaded = commands

    # All commands, imported. Click sets it to those that it is made with.
    commands = property(_all_loaded, _set_loaded)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names and summaries, as click does."""
        names = self.list_commands(ctx)
        limit = formatter.width - 6 - max(map(len, names))
        rows = [(name, self._short(name).get_short_help_str(limit)) for name in names]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _short(self, name: str) -> click.Command:
        """A command that has at least the summary."""
        return click.Command(name, help=self.lazy[name].summary) if name in self.lazy else self._loaded[name]
