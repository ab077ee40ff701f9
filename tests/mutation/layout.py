"""A copy of the checkout, with the layer's package at the top, where mutmut wants it."""

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

PROJECT = Path(__file__).parents[2]
LAYER = "layers/shared/python/textract_pipeline"
PACKAGE = "textract_pipeline"
# The core: what decides about documents. mutmut leaves decorated functions alone.
CORE = (
    *(f"{PACKAGE}/{name}.py" for name in ("pipeline", "document", "events", "batch", "recovery", "rate_limit")),
    *(
        f"{PACKAGE}/aws/{name}.py"
        for name in ("documents_table", "control_table", "backfills_table", "objects", "queues", "textract")
    ),
    *(f"{PACKAGE}/async_jobs/{name}.py" for name in ("scheduler", "lease", "pace")),
    *(f"lambdas/{name}/handler.py" for name in ("s3batchproc", "docproc", "asyncproc")),
)
FAST_TESTS = ("tests/integration", "tests/unit/textract_pipeline", "tests/unit/cli")
_COPIED = ("app.py", "cdk.json", "requirements.txt", "README.md", "docs", "samples", "stacks", "cli", "local", "audit")
_LAYERS = "layers/rendering"


def module_of(source: str) -> str:
    """The module of a source of the core."""
    return source.removesuffix(".py").replace("/", ".")


def lay_out(folder: Path, sources: Sequence[str], tests: Sequence[str]) -> None:
    """Copy the checkout to the folder, where mutmut changes these sources and runs these tests.

    The results of an earlier run go: mutmut would not run new tests for a change that survived the old ones.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _copy(PROJECT / LAYER, folder / PACKAGE)
    for name in ("lambdas", "tests", "benchmarks", _LAYERS, *_COPIED):
        _copy(PROJECT / name, folder / name)
    project = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(project + _settings(sources, tests), encoding="utf-8")


def _settings(sources: Iterable[str], tests: Sequence[str]) -> str:
    settings: dict[str, object] = {
        "source_paths": [PACKAGE, "lambdas"],
        "only_mutate": [*sources],
        "also_copy": ["benchmarks", _LAYERS, *_COPIED],
        "pytest_add_cli_args_test_selection": [*tests],
        "pytest_add_cli_args": ["-p", "no:cacheprovider"],
        "timeout_multiplier": 30.0,
        "use_git_change_detection": False,
        "track_dependencies": False,
    }
    lines = (f"{name} = {json.dumps(value)}" for name, value in settings.items())
    return "\n".join(["", "[tool.mutmut]", *lines, ""])


def _copy(source: Path, target: Path) -> None:
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    else:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "build"))
