"""The documentation is correct: links lead somewhere, commands exist, and generated parts are up to date."""

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cli.main import main
from docs.generate_settings import PAGE, settings_page
from tests.infrastructure.conftest import Template

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "decisions"
INDEX = DECISIONS / "README.md"
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("samples/*.md"), *ROOT.glob(".github/**/*.md"), *ROOT.glob("docs/**/*.md")]
)
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
MARKDOWN = MarkdownIt().enable("table")
README_LIMIT = 10_000


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(ROOT)))


def tokens_of(page: Path) -> Iterator[Token]:
    for token in MARKDOWN.parse(page.read_text(encoding="utf-8")):
        yield token
        yield from token.children or []


def links_of(page: Path) -> list[str]:
    targets = (token.attrGet("href") or token.attrGet("src") for token in tokens_of(page))
    return [str(target) for target in targets if target]


def anchors_of(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    tokens = MARKDOWN.parse(page.read_text(encoding="utf-8"))
    headings = [text.content for opening, text in pairwise(tokens) if opening.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def console_commands(page: Path) -> list[str]:
    """The commands in a page's console blocks, each on one line and without its comment."""
    consoles = [token.content for token in tokens_of(page) if token.type == "fence" and token.info == "console"]
    lines = re.findall(r"^\$ (.*)$", "".join(consoles).replace("\\\n", " "), re.MULTILINE)
    return [re.sub(r"\s+#.*", "", line) for line in lines]


@each(PAGES)
def test_every_relative_link_leads_to_a_file_and_every_anchor_to_a_heading(path: Path) -> None:
    for link in links_of(path):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        assert not parts.fragment or unquote(parts.fragment) in anchors_of(target), link


@each(PAGES)
def test_every_external_link_is_well_formed_and_encrypted(path: Path) -> None:
    for parts in (urlsplit(link) for link in links_of(path)):
        if parts.scheme:
            assert parts.scheme == "https"
            assert re.fullmatch(r"([a-z0-9-]+\.)+[a-z]+", parts.netloc), parts.netloc


@each(PAGES)
def test_every_path_of_the_tree_that_is_named_exists(path: Path) -> None:
    named = [token.content for token in tokens_of(path) if token.type == "code_inline"]
    tops = "|".join(folder.name for folder in ROOT.iterdir() if folder.is_dir() and (folder / "__init__.py").exists())
    paths = [name for name in named if re.fullmatch(rf"(docs|layers|{tops})/[\w./-]+", name)]
    assert [name for name in paths if not (ROOT / name).exists()] == []


@each(PAGES)
def test_every_command_that_is_told_exists_with_its_options(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for command in console_commands(path):
        for words in map(shlex.split, re.split(r" (?:\||&&) ", command.removesuffix(" &"))):
            if words[0] == "make":
                assert words[1] in targets, command
            if words[0] == "textract-pipeline":
                assert_is_a_command(words[1:])


def assert_is_a_command(words: list[str]) -> None:
    found: click.Command = main
    while isinstance(found, click.Group):
        assert words[0] in found.commands, words
        found = found.commands[words.pop(0)]
    known = {option for parameter in found.params for option in [*parameter.opts, *parameter.secondary_opts]}
    assert {word for word in words if word.startswith("-")} <= known, words


def test_the_readme_is_short() -> None:
    assert (ROOT / "README.md").stat().st_size <= README_LIMIT


def test_the_page_of_settings_is_what_make_docs_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page()


def test_the_index_of_decisions_has_each_with_its_title_status_and_date() -> None:
    index = INDEX.read_text(encoding="utf-8")
    rows = [row_of(page) for page in sorted(DECISIONS.glob("[0-9]*.md"))]
    assert re.findall(r"^\| \d+ .*$", index, re.MULTILINE) == rows


def row_of(decision: Path) -> str:
    """The row of a decision in the index. The top of its page has the same values."""
    text = decision.read_text(encoding="utf-8")
    head = re.match(r"# (\d+)\. (.+)\n\n\*\*Status:\*\* (.+)\. \*\*Date:\*\* (\d{4}-\d{2}-\d{2})\.\n", text)
    assert head is not None, decision.name
    number, title, status, date = head.groups()
    assert decision.name.startswith(f"{int(number):04}-")
    return f"| {number} | [{title}]({decision.name}) | {status} | {date} |"


@each(WORKFLOWS)
def test_every_action_of_a_workflow_is_pinned_by_its_commit(path: Path) -> None:
    uses = re.findall(r"^[ -]*uses: *(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*", use)] == []


def test_the_cost_of_an_idle_pipeline_counts_its_alarms(template: Template) -> None:
    alarms = len(template.each("AWS::CloudWatch::Alarm"))
    row = f"| CloudWatch alarms | {alarms} at $0.10 | {alarms / 10:.2f} |"
    assert row in (ROOT / "docs/operations.md").read_text(encoding="utf-8")
