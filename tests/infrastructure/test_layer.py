"""What the layer contains, and what it refuses to contain."""

import json
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Literal
from zipfile import ZipFile

import pytest
from aws_cdk import App, Stack

from stacks.runtime import function as runtime
from stacks.runtime import layers as layer
from stacks.runtime.layers import LayerError, rendering_layer, shared_layer


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose layer has one package of ours and one more, which pip finds in the project's folder."""
    package = tmp_path / "layers/shared/python/ours"
    (package / "__pycache__").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "__pycache__" / "__init__.pyc").write_text("")
    add_wheel(tmp_path, "pure-1.0-py3-none-any")
    lock(tmp_path, "shared", "pure")
    for module in (layer, runtime):
        monkeypatch.setattr(module, "PROJECT", tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return tmp_path


def synthesized(project: Path, context: dict[str, object] | None = None) -> Path:
    """The layer's folder in the synthesized assembly, as it would be deployed."""
    assembly = project / "cdk.out"
    app = App(outdir=str(assembly), context=context)
    shared_layer(Stack(app, "Stack"), "SharedLayer")
    app.synth()
    files = json.loads((assembly / "Stack.assets.json").read_text(encoding="utf-8"))["files"].values()
    layer_source: str
    [layer_source] = [file["source"]["path"] for file in files if file["source"]["packaging"] == "zip"]
    return assembly / layer_source


def add_wheel(folder: Path, name: str, content: str = "") -> None:
    package, version, tag = name.split("-", 2)
    information = f"{package}-{version}.dist-info"
    with ZipFile(folder / f"{name}.whl", "w") as wheel:
        wheel.writestr(f"{package}/__init__.py", content)
        wheel.writestr(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        wheel.writestr(f"{information}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        wheel.writestr(f"{information}/RECORD", "")


def lock(project: Path, layer_name: str, *packages: str) -> None:
    """Write a layer's lock file, with the hashes of all available wheels of these packages."""
    path = project / "layers" / layer_name / "requirements.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    requirements = []
    for package in packages:
        hashes = [sha256(wheel.read_bytes()).hexdigest() for wheel in sorted(project.glob(f"{package}-1.0-*.whl"))]
        requirements.append(" ".join([f"{package}==1.0", *(f"--hash=sha256:{each}" for each in hashes)]))
    path.write_text("\n".join(requirements))


def carried(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}


def test_it_carries_our_package_and_what_it_needs(project: Path) -> None:
    assert carried(synthesized(project)) == {"python/ours/__init__.py", "python/pure/__init__.py"}


def test_each_module_is_compiled_and_stays_so_whatever_its_time_stamp(project: Path) -> None:
    layer = synthesized(project) / "python"
    (layer / "pure/__init__.py").write_text("raise ImportError('compiled anew')")
    os.utime(layer / "pure/__init__.py", (0, 0))
    subprocess.run([sys.executable, "-c", "import pure, ours"], cwd=layer, check=True)


def test_it_is_built_again_only_when_a_source_changes(project: Path) -> None:
    first = synthesized(project)
    add_wheel(project, "pure-1.0-py3-none-any", content="changed = True")
    (project / "layers/shared/python/ours/__pycache__/other.pyc").touch()
    assert synthesized(project) == first
    lock(project, "shared", "pure")
    (project / "layers/shared/python/ours/__init__.py").write_text("changed = True")
    second = synthesized(project)
    assert second != first
    assert (second / "python/pure/__init__.py").read_text() == "changed = True"


def test_a_command_that_deploys_nothing_leaves_nothing_that_a_deployment_would_take_for_the_layer(
    project: Path,
) -> None:
    listed = synthesized(project, context={"aws:cdk:bundling-stacks": []})
    assert not (project / "build").exists()
    assert synthesized(project) != listed


def test_compiled_code_is_refused_and_leaves_no_half_built_layer(project: Path) -> None:
    add_wheel(project, "compiled-1.0-cp313-cp313-manylinux_2_17_x86_64")
    lock(project, "shared", "compiled")
    with pytest.raises(LayerError, match=r"requirements.lock: each package needs a pure-Python wheel.*compiled==1.0"):
        synthesized(project)
    assert list((project / "build/layer").iterdir()) == []


def test_a_package_that_was_changed_after_it_was_locked_is_refused(project: Path) -> None:
    before = sha256((project / "pure-1.0-py3-none-any.whl").read_bytes()).hexdigest()
    add_wheel(project, "pure-1.0-py3-none-any", content="import evil")
    after = sha256((project / "pure-1.0-py3-none-any.whl").read_bytes()).hexdigest()
    with pytest.raises(LayerError, match=rf"DO NOT MATCH THE HASHES.* pure==1.0 .*{before}.*{after}"):
        synthesized(project)
    assert list((project / "build/layer").iterdir()) == []


def test_a_package_without_a_hash_is_refused(project: Path) -> None:
    (project / "layers/shared/requirements.lock").write_text("pure==1.0\n")
    with pytest.raises(LayerError, match="Hashes are required"):
        synthesized(project)


@pytest.mark.parametrize("layer_name", ["shared", "rendering"])
def test_each_layers_lock_has_what_its_requirements_name_and_nothing_else(layer_name: str) -> None:
    folder = runtime.PROJECT / "layers" / layer_name
    named, locked = (
        set(re.findall(r"^\w\S*==\S+", (folder / name).read_text(encoding="utf-8").replace("_", "-"), re.MULTILINE))
        for name in ("requirements.txt", "requirements.lock")
    )
    assert named == locked


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_the_views_layer_carries_wheels_for_where_it_runs(
    project: Path, architecture: Literal["arm64", "x86_64"]
) -> None:
    for machine in ("aarch64", "x86_64"):
        add_wheel(project, f"compiled-1.0-cp313-cp313-manylinux_2_28_{machine}", f"MACHINE = {machine!r}")
    add_wheel(project, "compiled-1.0-cp313-cp313-win_amd64")
    (project / "layers/rendering/python").mkdir(parents=True)
    lock(project, "rendering", "compiled", "pure")
    app = App()
    rendering_layer(Stack(app, "Stack"), "RenderingLayer", architecture)
    [carried] = (project / "build/layer").glob("*/python/compiled/__init__.py")
    assert carried.read_text() == f"MACHINE = { ({'arm64': 'aarch64'}.get(architecture, architecture))!r}"


def test_the_local_clouds_views_layer_carries_this_machines_wheels(project: Path) -> None:
    (project / "layers/rendering/python").mkdir(parents=True)
    lock(project, "rendering", "pure")
    rendering_layer(Stack(App(), "Stack"), "RenderingLayer", "host")
    assert len(list((project / "build/layer").glob("*/python/pure"))) == 1
