"""Exactly the locked packages are installed: each has one version, and each of its files has a known hash."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted([*ROOT.glob("locks/*.txt"), *ROOT.glob("layers/*/requirements.lock")])
REQUIREMENTS = sorted([*ROOT.glob("requirements*.txt"), *ROOT.glob("layers/*/requirements.txt")])
ALONE = ROOT / "locks" / "audit.txt"  # checkov needs versions that differ from all others
REQUIREMENT = re.compile(r"([a-z0-9-]+)==(\S+)( ; [^\\]+)?(?: --hash=sha256:[0-9a-f]{64})+")


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(ROOT)))


def requirements_of(lock: Path) -> list[str]:
    """The requirements in a lock file, each on one line with its hashes."""
    text = lock.read_text(encoding="utf-8").replace(" \\\n    ", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def versions_of(lock: Path) -> set[tuple[str, str]]:
    """Each package in a lock file, with its version and, if it is not for all, its Python version or system."""
    found = (REQUIREMENT.fullmatch(requirement) for requirement in requirements_of(lock))
    return {(match[1], match[2]) for match in found if match}


def named_in(requirements: Path) -> set[tuple[str, str]]:
    """The packages that a requirements file names itself, with their names as in lock files."""
    found = re.findall(r"^([\w-]+)(?:\[.*\])?==(\S+)", requirements.read_text(encoding="utf-8"), re.MULTILINE)
    return {(name.lower().replace("_", "-"), version) for name, version in found}


def test_there_is_a_lock_for_every_requirements_file() -> None:
    made_for = [re.search(r"for (\S+)\. Made by", lock.read_text(encoding="utf-8")) for lock in LOCKS]
    assert sorted(found[1] for found in made_for if found) == [str(path.relative_to(ROOT)) for path in REQUIREMENTS]


@each(LOCKS)
def test_every_requirement_of_a_lock_is_a_version_with_hashes_and_nothing_else_is_in_it(path: Path) -> None:
    requirements = requirements_of(path)
    assert requirements
    assert [requirement for requirement in requirements if not REQUIREMENT.fullmatch(requirement)] == []


@each([*LOCKS, *REQUIREMENTS, *ROOT.glob("constraints*.txt")])
def test_no_file_says_where_packages_come_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|index-url|find-links|trusted-host| @ ", text)


@each(LOCKS)
def test_a_lock_has_what_its_requirements_name(path: Path) -> None:
    made_for = re.search(r"for (\S+)\. Made by", path.read_text(encoding="utf-8"))
    assert made_for is not None
    assert named_in(ROOT / made_for[1]) <= versions_of(path)


@each([lock for lock in LOCKS if lock != ALONE])
def test_a_lock_has_the_version_of_the_constraints_for_each_package(path: Path) -> None:
    constraints = re.findall(r"^(\S+)==(\S+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert versions_of(path) <= set(constraints)


def test_the_views_layer_has_hashes_for_every_machine_that_it_may_run_on_and_for_laptops() -> None:
    for requirement in requirements_of(ROOT / "layers" / "rendering" / "requirements.lock"):
        match = REQUIREMENT.fullmatch(requirement)
        assert match is not None
        least = {"pillow": 20, "pypdfium2": 8}.get(match[1], 1)  # a wheel for each system and version of Python
        assert requirement.count("--hash=") >= least


def test_whatever_make_installs_has_a_hash_except_this_checkout() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "INSTALL_LOCK := $(PIP_INSTALL) --require-hashes --requirement\n" in makefile
    assert "INSTALL_OURS := $(PIP_INSTALL) --no-deps --no-build-isolation --editable .\n" in makefile
    recipes = re.findall(r"^\t.*(?:INSTALL|\bpip install).*$", makefile, re.MULTILINE)
    with_hashes = r"\$\(INSTALL_LOCK\) locks/\w+\.txt( --no-deps)?|\$\(INSTALL_OURS\)"
    assert recipes
    assert [line for line in recipes if not re.fullmatch(rf"\t@\S+/bin/python ({with_hashes})", line)] == []


def test_whatever_the_readme_installs_has_a_hash_except_this_checkout() -> None:
    installs = re.findall(r"^\$ pip install (.*?)(?: +#.*)?$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert installs == ["--require-hashes -r locks/deploy.txt", "--no-deps --no-build-isolation -e ."]
