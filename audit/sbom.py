"""`python -m audit.sbom FOLDER LOCK…`: what each lock installs, as a bill of materials in CycloneDX's JSON.

It runs in the environment of the audit, and needs no network: a lock has every package with its version and hashes.
The same lock gives the same bytes.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).parents[1]
SPECIFICATION = "1.6"


def main(folder: Path, locks: Sequence[Path]) -> None:
    """Write a file for each lock."""
    folder.mkdir(parents=True, exist_ok=True)
    for lock in locks:
        write(lock, file := folder / f"{sbom_name(lock)}.cdx.json")
        print(f"    {lock}: {file}")  # noqa: T201 - a command tells what it made


def sbom_name(lock: Path) -> str:
    """A lock's name, or for a layer's lock its layer's."""
    return f"layer-{lock.parent.name}" if lock.suffix == ".lock" else lock.stem


def write(lock: Path, file: Path) -> None:
    """Write the bill of materials of a lock; raises CalledProcessError."""
    options = ["--output-format=JSON", f"--spec-version={SPECIFICATION}", "--output-reproducible", "--validate"]
    subprocess.run(  # noqa: S603
        [
            *(sys.executable, "-m", "cyclonedx_py", "requirements"),
            *options,
            f"--pyproject={PROJECT / 'pyproject.toml'}",
            f"--output-file={file}",
            str(lock),
        ],
        check=True,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(lock) for lock in sys.argv[2:]])
