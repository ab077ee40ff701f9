"""Work on each of several documents by itself: if one fails, say so, go on with the others, and then fail."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

import click
from botocore.exceptions import ParamValidationError

from cli.outside_text import visible
from cli.target import Target, TargetError
from textract_pipeline.document import Document


class Failures:
    """What has failed so far; each failure is reported on stderr at once. Threads may share it."""

    def __init__(self) -> None:
        self._exit_code = 0
        self._lock = Lock()

    def __bool__(self) -> bool:
        return self._exit_code != 0

    @contextmanager
    def told(self, name: str) -> Iterator[None]:
        """Report a failure of the document or other thing with this name, and go on."""
        try:
            yield
        except (click.exceptions.Exit, click.Abort, click.UsageError, ParamValidationError):
            raise  # the command line is wrong
        except click.ClickException as error:
            self._tell(error.format_message(), error.exit_code)
        except Exception as error:  # noqa: BLE001 - no error may stop the other documents
            self._tell(f"{name}: {' '.join(str(error).split()) or repr(error)}", TargetError.exit_code)

    def exit(self) -> None:
        """Exit from the command if anything failed, with the highest exit code."""
        if self._exit_code:
            raise click.exceptions.Exit(self._exit_code)

    def _tell(self, message: str, exit_code: int) -> None:
        with self._lock:
            click.echo(f"Error: {visible(message)}", err=True)
            self._exit_code = max(self._exit_code, exit_code)


def find_each(names: Sequence[str], target: Target, failures: Failures) -> list[Document]:
    """Find the documents with these names, except those that do not exist or cannot be looked up."""
    found: list[Document] = []
    for name in names:
        with failures.told(name):
            found.append(target.find(name))
    return found
