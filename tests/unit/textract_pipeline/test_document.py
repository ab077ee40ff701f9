"""Identity, states, routing, and the keys of outputs."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textract_pipeline.document import (
    MAX_KEY_BYTES,
    Document,
    Lane,
    Run,
    document_id,
    is_output_key,
    ordered_features,
    output_prefix,
    setting_for_key,
)
from textract_pipeline.names import DocumentStatus, Feature

IDENTIFIER = "0123456789abcdef0123456789abcdef"
NOON, DAY = datetime(2026, 11, 1, 12, tzinfo=UTC), timedelta(days=1)
MOST_TOKEN_CHARACTERS = 64  # Textract API Reference, "StartDocumentAnalysis", ClientRequestToken, 2026-11


def test_the_same_content_under_the_same_key_is_the_same_document() -> None:
    assert document_id("bucket", "a.pdf", '"5d41"') == document_id("bucket", "a.pdf", "5d41")


def test_bucket_key_and_content_each_make_another_document() -> None:
    ids = [
        document_id("bucket", "a.pdf", "1"),
        document_id("other", "a.pdf", "1"),
        document_id("bucket", "b.pdf", "1"),
        document_id("bucket", "a.pdf", "2"),
    ]
    assert len(set(ids)) == len(ids)


def test_states_only_move_forward() -> None:
    order = [DocumentStatus.SUBMITTED, DocumentStatus.QUEUED, DocumentStatus.IN_PROGRESS]
    for earlier, later in itertools.combinations(order, 2):
        assert earlier in later.predecessors
        assert later not in earlier.predecessors
    for status in DocumentStatus:
        assert status not in status.predecessors
        if status.is_terminal:
            assert status.predecessors == tuple(order)


@given(st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_the_pipeline_writes_is_known_as_its_own_and_fits_into_a_key(key: str) -> None:
    output = output_prefix(key, IDENTIFIER) + "response/" + "f" * 64 + "/.s3_access_check"
    assert is_output_key(output)
    assert len(output.encode()) <= MAX_KEY_BYTES


def test_outputs_of_an_ordinary_key_stand_right_beside_it() -> None:
    assert output_prefix("in/A 1.PDF", IDENTIFIER) == f"in/A 1.PDF-analysis/{IDENTIFIER}/"


@pytest.mark.parametrize("key", ["a-analysis/report.pdf", "x-analysis/2024/a.pdf", "analysis.pdf"])
def test_a_folder_that_only_sounds_like_outputs_is_processed(key: str) -> None:
    assert not is_output_key(key)


def test_a_run_is_known_again_by_its_job_tag() -> None:
    run = Run(IDENTIFIER, 12)
    assert Run.from_job_tag(run.job_tag) == run


def test_a_job_is_asked_for_in_the_name_of_the_run_that_is_billed_and_anew_once_a_document_was_forgotten() -> None:
    first = Document(IDENTIFIER, "bucket", "a.pdf", "etag", 1, Lane.LIVE, (), NOON, NOON)
    redriven = first._replace(run_number=2, submitted_at=NOON + DAY, registered_at=NOON)
    assert redriven.client_request_token == first.client_request_token
    assert redriven._replace(billed_run_number=2).client_request_token != first.client_request_token
    forgotten = first._replace(submitted_at=NOON + DAY)
    assert forgotten.client_request_token != first.client_request_token
    assert len(first._replace(billed_run_number=10**9).client_request_token) <= MOST_TOKEN_CHARACTERS


@pytest.mark.parametrize("tag", ["", "someone-elses-job", IDENTIFIER, f"{IDENTIFIER}:0", f"{IDENTIFIER}:1:2"])
def test_another_ones_job_tag_names_no_run(tag: str) -> None:
    assert Run.from_job_tag(tag) is None


def test_the_longest_prefix_decides_a_setting() -> None:
    features = {"": ["text"], "claims/": ["forms"], "claims/2024/": ["tables"]}
    assert setting_for_key("letter.pdf", features) == ["text"]
    assert setting_for_key("claims/a.pdf", features) == ["forms"]
    assert setting_for_key("claims/2024/a.pdf", features) == ["tables"]
    assert setting_for_key("letter.pdf", {"claims/": ["forms"]}) == ()


def test_equal_features_are_equal_in_whatever_order_they_are_set() -> None:
    assert ordered_features(["tables", "text", "tables"]) == ordered_features(["text", "tables"])
    assert ordered_features(["tables", "text"]) == (Feature.TEXT, Feature.TABLES)
