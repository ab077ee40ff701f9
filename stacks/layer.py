"""The layer that every function shares: our package, and the pure-Python packages it needs."""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from aws_cdk import FileSystem, IgnoreMode, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.runtime import PROJECT, PYTHON, source_code

_SOURCE = "layers/shared"


class LayerError(Exception):
    """The layer cannot be built."""


def shared_layer(scope: Construct, construct_id: str) -> lambda_.LayerVersion:
    """The layer, built again only when its sources have changed; `cdk destroy` and `cdk list` need no build.

    Raises LayerError.
    """
    return lambda_.LayerVersion(
        scope,
        construct_id,
        code=_built_code() if Stack.of(scope).bundling_required else source_code(_SOURCE),
        compatible_runtimes=[PYTHON],
        description="textract_pipeline and the packages it needs",
    )


def _built_code() -> lambda_.Code:
    source = PROJECT / _SOURCE
    version = FileSystem.fingerprint(str(source), exclude=["__pycache__"], ignore_mode=IgnoreMode.GIT)
    return lambda_.Code.from_asset(str(_built(source, version)), asset_hash=version)


def _built(source: Path, version: str) -> Path:
    """The folder of this version of the layer, there only once it is complete."""
    build = PROJECT / "build" / "layer" / version
    if not build.exists():
        build.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=build.parent) as unfinished:
            python = Path(unfinished, "layer", "python")
            shutil.copytree(source / "python", python, ignore=shutil.ignore_patterns("__pycache__"))
            _install(source / "requirements.txt", python)
            python.parent.rename(build)
    return build


def _install(requirements: Path, target: Path) -> None:
    """Install just the packages that the file names, from wheels without compiled code: these run everywhere."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    pure = [
        "--no-deps",
        "--only-binary=:all:",
        "--platform=any",
        f"--python-version={PYTHON.name.removeprefix('python')}",
    ]
    ended = subprocess.run(  # noqa: S603
        [*pip, *pure, f"--requirement={requirements}", f"--target={target}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        errors = [line for line in ended.stderr.splitlines() if line.startswith("ERROR: ")] or [ended.stderr.strip()]
        raise LayerError(
            f"The layer cannot be built from {requirements.relative_to(PROJECT)}: each package needs a pure-Python"
            f" wheel. {' '.join(errors)}"
        )
