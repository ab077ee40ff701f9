"""Which files are submitted, under which keys."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from cli.one_by_one import Failures
from textract_pipeline.document import MAX_KEY_BYTES


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and its key in the bucket."""

    path: Path
    key: str


class NoKeyError(click.ClickException):
    """A file's name cannot be a key."""

    exit_code = 1


def plan_uploads(paths: Iterable[Path], prefix: str, failures: Failures) -> list[Upload]:
    """What to upload under which key; a file whose name cannot be a key is reported, and left out.

    Raises UsageError if there are no files, or two have the same key.
    """
    folder = f"{prefix.strip('/')}/" if prefix else ""
    uploads = [Upload(file, folder + name) for path in paths for file, name in _files(path)]
    if not uploads:
        raise click.UsageError("There are no files to submit.")
    keys = Counter(upload.key for upload in uploads)
    key, times = keys.most_common(1)[0]
    if times > 1:
        raise click.UsageError(f"{times} files would get the key {key}: submit them separately, with a --prefix each.")
    possible: list[Upload] = []
    for upload in uploads:
        with failures.told(str(upload.path)):
            _check_key(upload)
            possible.append(upload)
    return possible


def _check_key(upload: Upload) -> None:
    try:
        size_bytes = len(upload.key.encode())
    except UnicodeEncodeError as error:  # file systems take names that are no UTF-8; S3 does not
        raise NoKeyError(
            f"The name of {upload.path} is not valid text, so it cannot be a key: rename the file or its folder."
        ) from error
    if size_bytes > MAX_KEY_BYTES:
        raise NoKeyError(
            f"{upload.path} would get a key of {size_bytes:,} bytes, and S3 allows {MAX_KEY_BYTES:,}: shorten its path"
            " or the --prefix."
        )


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """The files at a path, each with its name in the bucket."""
    if path.is_file():
        yield path, path.name
        return
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path)
        if file.is_file() and not any(part.startswith(".") for part in inside.parts):
            yield file, inside.as_posix()
