"""s3proc registers uploads."""

import pytest

from lambdas.s3proc.handler import handle as s3proc
from tests.integration.conftest import PNG, Cloud
from tests.integration.handlers.events import CONTEXT, documents, uploads
from textract_pipeline.aws import objects
from textract_pipeline.document import ObjectHead, ObjectVersion
from textract_pipeline.errors import RetryableError


def test_s3proc_registers_every_upload_of_the_event(cloud: Cloud) -> None:
    etags = {key: cloud.upload(key, PNG) for key in ("a b+c.png", "ü.PNG")}
    s3proc(uploads(("a+b%2Bc.png", etags["a b+c.png"]), ("%C3%BC.PNG", etags["ü.PNG"])), CONTEXT)
    assert {document.key for document in documents(cloud)} == set(etags)
    assert {document.submitted_by for document in documents(cloud)} == {"AWS:AIDAEXAMPLE"}


def test_s3proc_does_not_take_the_pipelines_outputs_for_documents(cloud: Cloud) -> None:
    key = f"a.png-analysis/{'0' * 32}/text.txt"
    s3proc(uploads((key, cloud.upload(key, b"text"))), CONTEXT)
    assert documents(cloud) == []


def test_s3proc_does_not_take_the_consoles_folders_for_documents(cloud: Cloud) -> None:
    etags = {key: cloud.upload(key, b"") for key in ("scans/", "scans/2026/")}
    named = cloud.upload("scans/real/", PNG)
    s3proc(uploads(*etags.items(), ("scans/real/", named), ("empty.pdf", cloud.upload("empty.pdf", b""))), CONTEXT)
    assert {document.key for document in documents(cloud)} == {"scans/real/", "empty.pdf"}


def test_a_folder_that_is_named_like_the_outputs_is_anyones(cloud: Cloud) -> None:
    key = "lab-analysis/blood-analysis/a.png"
    s3proc(uploads((key, cloud.upload(key, PNG))), CONTEXT)
    (document,) = documents(cloud)
    assert document.key == key
    outputs = [f"{document.output_prefix}{name}" for name in ("text.txt", "response.json", "response/job/1")]
    s3proc(uploads(*((output, cloud.upload(output, PNG)) for output in outputs)), CONTEXT)
    assert [found.key for found in documents(cloud)] == [key]


def test_s3proc_registers_the_rest_of_an_event_of_which_one_record_fails(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = uploads(("bad.png", "0"), ("good.png", cloud.upload("good.png", PNG)))
    inspect = objects.inspect

    def fail_for_the_bad_one(source: ObjectVersion) -> ObjectHead:
        if source.key == "bad.png":
            raise RetryableError("S3 does not answer")
        return inspect(source)

    monkeypatch.setattr(objects, "inspect", fail_for_the_bad_one)
    with pytest.raises(ExceptionGroup, match="could not be registered"):
        s3proc(event, CONTEXT)
    assert [document.key for document in documents(cloud)] == ["good.png"]
