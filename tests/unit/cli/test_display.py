"""Tables of documents: in a narrow terminal, each name is on one line; in a file, names are complete."""

import pytest
from rich.cells import cell_len

from cli.display import shortened
from textract_pipeline.events import DocumentMessage
from textract_pipeline.names import DocumentStatus

LONG = "clients/2026/november/Kendall and Partners/Statement of accounts (signed copy).pdf"
KEYS = (LONG, "b.png", "文書" * 40 + ".pdf")


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("a.png", 5, "a.png"),
        ("abcdefghij", 9, "abcd…ghij"),
        ("abcdefghij", 8, "abcd…hij"),
        ("abcdefghij", 2, "a…"),
        ("abcdefghij", 1, "…"),
        ("文書文書文書.pdf", 11, "文書…書.pdf"),
    ],
)
def test_a_name_is_shortened_in_its_middle(text: str, width: int, expected: str) -> None:
    told = shortened(text, width)
    assert told == (expected if "文" not in text else told)
    assert cell_len(told) <= width


def test_the_beginning_and_the_end_of_a_wide_name_stay() -> None:
    told = shortened("文書文書文書.pdf", 12)
    assert told.startswith("文書")
    assert told.endswith(".pdf")
    assert cell_len(told) in {11, 12}


@pytest.fixture
def three(pipeline):
    for key in KEYS:
        pipeline.register(key, DocumentStatus.SUCCEEDED)
    return pipeline


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_in_a_terminal_each_document_has_one_line_that_fits(three, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = three.run("status").stdout.splitlines()
    assert len(lines) == len(KEYS) + 4  # a heading, and three rules
    assert max(map(cell_len, lines)) <= columns
    rows = [line for line in lines if line.startswith("│")]
    assert len(rows) == len(KEYS)
    assert all("SUCCEEDED" in row for row in rows)
    (row,) = [row for row in rows if row.startswith("│ clients/2026/")]
    assert "opy).pdf" in row
    assert "-analysis" not in "".join(lines)


def test_in_a_pipe_names_are_complete(three, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    shown = three.run("status").stdout
    assert all(key in shown for key in KEYS)
    assert max(map(len, shown.splitlines())) < 300


@pytest.mark.parametrize("columns", [80, None])
def test_the_outputs_of_a_single_document_are_on_a_line_of_their_own(pipeline, monkeypatch, columns):
    if columns:
        monkeypatch.setenv("COLUMNS", str(columns))
    else:
        monkeypatch.delenv("COLUMNS", raising=False)
    document = pipeline.register(LONG, DocumentStatus.SUCCEEDED)
    lines = pipeline.run("status", LONG).stdout.splitlines()
    assert f"Outputs: {document.output_prefix}" in lines
    assert document.uri in lines


def test_a_document_that_has_no_outputs_names_none(pipeline):
    pipeline.register("b.png", DocumentStatus.QUEUED)
    assert "Outputs" not in pipeline.run("status").stdout


@pytest.mark.parametrize("command", [("redrive",), ("forget", LONG, "--dry-run"), ("submit", "--wait")])
def test_other_tables_of_documents_keep_their_names_on_one_line(pipeline, monkeypatch, tmp_path, command):
    monkeypatch.setenv("COLUMNS", "80")
    document = pipeline.register(LONG, DocumentStatus.SUCCEEDED)
    pipeline.give_up("SyncQueue", DocumentMessage.of(document).to_json())
    if command[0] == "submit":
        (tmp_path / LONG).parent.mkdir(parents=True)
        (tmp_path / LONG).write_bytes(LONG.encode())
        command = ("submit", tmp_path, "--wait")
    lines = [line for line in pipeline.run(*command).stdout.splitlines() if line.startswith("│")]
    assert len(lines) == 1
    assert ".pdf" in lines[0]
    assert "…" in lines[0]
