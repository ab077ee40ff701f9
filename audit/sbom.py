"""`python -m audit.sbom FOLDER LOCK…`: what each lock installs, as a bill of materials in CycloneDX's JSON.

It runs in the environment of the audit, and needs no network: a lock has every package with its version and hashes.
The same lock gives the same bytes.
"""

import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).parents[1]
SCHEMA = "1.6"
_NO_GRAPH = "The Component this BOM is describing"  # has no dependencies: a lock does not say what is there for what


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
    """Write the bill of materials of a lock, if it keeps to CycloneDX's schema; raises CalledProcessError."""
    with TemporaryDirectory() as folder:
        pyproject = Path(folder, "pyproject.toml")
        pyproject.write_text(_main_component(sbom_name(lock)), encoding="utf-8")
        subprocess.run(  # noqa: S603
            [
                *(sys.executable, "-W", f"ignore:{_NO_GRAPH}", "-m", "cyclonedx_py", "requirements", str(lock)),
                *("--output-format=JSON", f"--schema-version={SCHEMA}", "--output-reproducible", "--validate"),
                *(f"--pyproject={pyproject}", f"--outfile={file}"),
            ],
            check=True,
        )


def _main_component(name: str) -> str:
    """What the packages are for, as the tool reads it: a `pyproject.toml` with the least that it may have."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f'[project]\nname = "{project["name"]}-{name}"\nversion = "{project["version"]}"\n'


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(lock) for lock in sys.argv[2:]])
