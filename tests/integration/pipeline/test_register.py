"""An object becomes a document, once, or is refused with a reason."""

import pytest

from tests.integration.conftest import BUCKET, PNG, Cloud
from tests.integration.flow import BACKFILL, submit
from tests.support.registration import register
from textract_pipeline.document import ObjectVersion, Registered
from textract_pipeline.errors import DocumentError, ErrorCode
from textract_pipeline.names import DocumentStatus, Stage


def test_an_object_becomes_a_submitted_document_with_the_features_of_its_prefix(cloud: Cloud) -> None:
    document = submit(cloud, "letters/Ü +1.JPEG", PNG)
    stored = cloud.document(document.document_id)
    assert stored.status is DocumentStatus.SUBMITTED
    assert stored.key == "letters/Ü +1.JPEG"
    assert stored.format == "PNG"
    assert stored.size_bytes == len(PNG)
    assert stored.features == ("text",)


def test_the_same_event_twice_is_one_document(cloud: Cloud) -> None:
    source = ObjectVersion(BUCKET, "a.png", etag=cloud.upload("a.png", PNG))
    first = register(source, cloud.register)
    second = register(source, cloud.register)
    assert (first.how, second.how) == (Registered.NEW, Registered.KNOWN)
    assert first.document.document_id == second.document.document_id


def test_a_backfill_of_an_uploaded_object_is_the_same_document(cloud: Cloud) -> None:
    uploaded = submit(cloud, "a.png", PNG)
    listed = register(ObjectVersion(BUCKET, "a.png"), cloud.register, BACKFILL)
    assert listed.how is Registered.KNOWN
    assert listed.document == cloud.document(uploaded.document_id)


@pytest.mark.parametrize(("body", "code"), [(b"Hello", "UNSUPPORTED_FORMAT"), (b"", "EMPTY_OBJECT")])
def test_what_textract_cannot_read_is_unsupported_at_once(cloud: Cloud, body: bytes, code: str) -> None:
    stored = cloud.document(submit(cloud, "notes.png", body).document_id)
    assert stored.status is DocumentStatus.UNSUPPORTED
    assert stored.failure is not None
    assert (stored.failure.code, stored.failure.stage) == (code, Stage.REGISTER)


def test_an_object_deleted_before_it_was_seen_fails_with_that_reason(cloud: Cloud) -> None:
    document = register(ObjectVersion(BUCKET, "gone.pdf", etag="abc"), cloud.register).document
    assert document.status is DocumentStatus.FAILED
    assert document.failure is not None
    assert document.failure.code == ErrorCode.OBJECT_MISSING


def test_an_object_replaced_before_it_was_seen_fails_with_that_reason(cloud: Cloud) -> None:
    etag = cloud.upload("a.png", PNG)
    cloud.upload("a.png", PNG + b"changed")
    document = register(ObjectVersion(BUCKET, "a.png", etag=etag), cloud.register).document
    assert document.failure is not None
    assert document.failure.code == ErrorCode.OBJECT_CHANGED


def test_a_listed_object_that_never_was_is_no_document(cloud: Cloud) -> None:
    with pytest.raises(DocumentError, match="does not exist"):
        register(ObjectVersion(BUCKET, "never.pdf"), cloud.register, BACKFILL)
