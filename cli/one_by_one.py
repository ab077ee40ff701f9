"""Documents are worked on one by one: what fails for one is told, the others are done, and then the command fails."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from cli.target import Target, TargetError
from textract_pipeline.document import Document


class Failures:
    """What failed so far; each was told on stderr as it did."""

    def __init__(self) -> None:
        self._exit_code = 0

    def __bool__(self) -> bool:
        return self._exit_code != 0

    @contextmanager
    def told(self, name: str) -> Iterator[None]:
        """Tell what fails for the document, or else, of this name, and go on."""
        try:
            yield
        except (click.exceptions.Exit, click.Abort, click.UsageError):
            raise
        except click.ClickException as error:
            error.show()
            self._exit_code = max(self._exit_code, error.exit_code)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other documents have nothing to do with it
            reason = " ".join(str(error).split()) or repr(error)
            click.echo(f"Error: {name}: {reason}", err=True)
            self._exit_code = max(self._exit_code, TargetError.exit_code)

    def exit(self) -> None:
        """Leave the command if anything failed."""
        if self._exit_code:
            raise click.exceptions.Exit(self._exit_code)


class _NoneToldOf(Failures):
    """What fails is raised at once."""

    @contextmanager
    def told(self, name: str) -> Iterator[None]:  # noqa: ARG002 - nobody is told
        yield


RAISED: Failures = _NoneToldOf()


def find_each(names: Sequence[str], target: Target, failures: Failures) -> list[Document]:
    """Those of the documents of these names that there are."""
    found: list[Document] = []
    for name in names:
        with failures.told(name):
            found.append(target.find(name))
    return found
