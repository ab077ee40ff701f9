"""The layers: our package with the pure-Python packages it needs, for every function, and the packages of the views."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from compileall import compile_dir
from pathlib import Path
from py_compile import PycInvalidationMode
from tempfile import TemporaryDirectory

from aws_cdk import FileSystem, IgnoreMode, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import Architecture
from stacks.runtime.function import PROJECT, PYTHON, source_code

_PYTHON_VERSION = f"--python-version={PYTHON.name.removeprefix('python')}"
_PURE = ["--platform=any", _PYTHON_VERSION]
# Lambda runs Amazon Linux 2023, which has glibc 2.34 and runs what was built for an older glibc.
_GLIBCS = ("2_34", "2_28", "2_27", "2_17")
_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}


class LayerError(Exception):
    """The layer cannot be built."""


def shared_layer(scope: Construct, construct_id: str) -> lambda_.LayerVersion:
    """What every function needs: pure-Python wheels, which run everywhere. Raises LayerError."""
    return _layer(scope, construct_id, Path("layers/shared"), _PURE)


def rendering_layer(scope: Construct, construct_id: str, architecture: Architecture) -> lambda_.LayerVersion:
    """What the views need: libraries that draw pages, compiled for the architecture. Raises LayerError."""
    return _layer(scope, construct_id, Path("layers/rendering"), _wheels_of(architecture))


def _wheels_of(architecture: Architecture) -> list[str]:
    """The pip options that choose the wheels of an architecture; without options pip chooses those of this machine."""
    if architecture == "host":
        return []
    machine = _MACHINES[architecture]
    platforms = [f"--platform=manylinux_{glibc}_{machine}" for glibc in _GLIBCS]
    return [*platforms, f"--platform=manylinux2014_{machine}", *_PURE]


def _layer(scope: Construct, construct_id: str, source: Path, wheels: Sequence[str]) -> lambda_.LayerVersion:
    """The layer, rebuilt only if its sources have changed; `cdk destroy` and `cdk list` need no build."""
    return lambda_.LayerVersion(
        scope,
        construct_id,
        code=_built_code(source, wheels) if Stack.of(scope).bundling_required else source_code(str(source)),
        compatible_runtimes=[PYTHON],
        description=f"{source.name}: our package and the packages it needs",
    )


def _built_code(source: Path, wheels: Sequence[str]) -> lambda_.Code:
    folder = PROJECT / source
    machine = " ".join(wheels) or f"{platform.machine()} {platform.python_version()}"
    version = FileSystem.fingerprint(
        str(folder),
        extra_hash=f"{machine} {sys.implementation.cache_tag}",
        exclude=["__pycache__"],
        ignore_mode=IgnoreMode.GIT,
    )
    return lambda_.Code.from_asset(str(_built(folder, version, wheels)), asset_hash=version)


def _built(source: Path, version: str, wheels: Sequence[str]) -> Path:
    """The folder of this version of the layer; it exists only when it is complete."""
    build = PROJECT / "build" / "layer" / version
    if not build.exists():
        build.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=build.parent) as unfinished:
            python = Path(unfinished, "layer", "python")
            shutil.copytree(source / "python", python, ignore=shutil.ignore_patterns("__pycache__"))
            _install(source / "requirements.lock", python, wheels)
            _compile(python)
            python.parent.rename(build)
    return build


def _compile(python: Path) -> None:
    """Compile the modules, so that cold starts need not, if Lambda runs the same Python version as the build.

    A layer is read-only, so Python would compile them again at every cold start. The compiled files are valid with any
    timestamps of the sources, because a ZIP file does not keep those.
    """
    compile_dir(python, quiet=1, stripdir=str(python), invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)


def _install(lock: Path, target: Path, wheels: Sequence[str]) -> None:
    """Install only the packages in the lock file, from these wheels, with its hashes. Raises LayerError."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    ended = subprocess.run(  # noqa: S603
        [
            *pip,
            "--require-hashes",
            "--no-deps",
            "--only-binary=:all:",
            *wheels,
            f"--requirement={lock}",
            f"--target={target}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise LayerError(
            f"The layer cannot be built from {lock.relative_to(PROJECT)}: each package needs a"
            f" {'pure-Python wheel' if wheels == _PURE else 'wheel for its architecture'} with a hash in that file."
            f" {_errors(ended.stderr)}"
        )


def _errors(said: str) -> str:
    """The output of pip from its first error on, in one line."""
    _, error, details = said.partition("ERROR: ")
    return " ".join((error + details or said).split())
