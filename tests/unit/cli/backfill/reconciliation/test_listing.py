"""Which of the wanted objects are in S3, and how many calls it takes to find out."""

from bisect import bisect_right
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from cli.backfill.reconciliation import listing
from cli.backfill.reconciliation.listing import LookUpError, look_up
from tests.support.aws_requests import Checked
from tests.unit.cli.conftest import BUCKET
from textract_pipeline.aws import clients
from textract_pipeline.document import ObjectVersion


class Bucket:
    """A substitute for boto3's client: it lists keys as S3 does, and counts the calls and the listed keys."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = sorted(keys, key=str.encode)
        self.calls = self.told = 0
        self.meta = SimpleNamespace(events=SimpleNamespace(register=lambda *_, **__: None))

    def list_objects_v2(self, *, Bucket: str, Prefix: str, StartAfter: str, MaxKeys: int) -> Any:
        assert len(StartAfter.encode()) <= 1024
        self.calls += 1
        rest = [key for key in self.keys[bisect_right(self.keys, StartAfter) :] if key.startswith(Prefix)]
        page = rest[:MaxKeys]
        self.told += len(page)
        return {"Contents": [{"Key": key, "ETag": f'"{key}"'} for key in page], "IsTruncated": len(rest) > MaxKeys}


def found(bucket: Bucket, wanted: Sequence[str]) -> set[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "s3", lambda: Checked("s3", bucket))
        objects = look_up([ObjectVersion("archive", key) for key in sorted(wanted, key=str.encode)])
    assert [item.key for item in objects] == sorted(wanted, key=str.encode)
    assert all(item.etag in {None, item.key} for item in objects)
    return {item.key for item in objects if item.etag}


KEYS = st.text(st.sampled_from("\0\x01 +a/b\ud7ff\ue000\uffff\U00010000\U0010ffff"), min_size=1, max_size=4)


@given(st.sets(KEYS, max_size=60), st.sets(KEYS, max_size=20))
def test_exactly_those_are_found_that_are_there_whatever_their_characters(there: set[str], wanted: set[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "_LARGEST_PAGE", 4)
        patch.setattr(listing, "_SMALLEST_PAGE", 1)
        assert found(Bucket([*there]), [*wanted]) == there & wanted


def test_keys_close_before_a_wanted_one_do_not_hold_up_the_search(monkeypatch):
    monkeypatch.setattr(listing, "_LARGEST_PAGE", 4)
    assert found(Bucket([*(f"a\U0010ffff{number}" for number in range(9)), "b"]), ["b"]) == {"b"}


def test_where_all_of_a_bucket_is_wanted_a_call_tells_of_a_thousand() -> None:
    keys = [f"{number:05}.pdf" for number in range(10_000)]
    bucket = Bucket(keys)
    assert found(bucket, keys) == {*keys}
    assert bucket.calls <= 11


def test_where_little_is_wanted_a_call_tells_of_one_object_and_reads_few_beside_it() -> None:
    keys = [f"{number:06}.pdf" for number in range(200_000)]
    bucket, wanted = Bucket(keys), keys[::2000]
    assert found(bucket, wanted) == {*wanted}
    assert bucket.calls == len(wanted)
    assert bucket.told < 50 * len(wanted)


def test_a_key_of_the_greatest_length_is_found() -> None:
    key = "a" * 1024
    assert found(Bucket([key[:-1] + "`", key]), [key]) == {key}


def test_objects_of_several_buckets_and_versions_are_found(pipeline):
    clients.s3().create_bucket(Bucket="versioned")
    clients.s3().put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    first = clients.s3().put_object(Bucket="versioned", Key="a", Body=b"1")
    clients.s3().put_object(Bucket="versioned", Key="a", Body=b"2")
    marker = clients.s3().delete_object(Bucket="versioned", Key="a")["VersionId"]
    gone = clients.s3().put_object(Bucket="versioned", Key="b", Body=b"3")["VersionId"]
    clients.s3().delete_object(Bucket="versioned", Key="b", VersionId=gone)
    document = pipeline.upload("a b+ü.pdf", b"x")
    wanted = [
        ObjectVersion(BUCKET, "a b+ü.pdf"),
        ObjectVersion(BUCKET, "z.pdf"),
        ObjectVersion("no-such-bucket-at-all", "a.pdf"),
        ObjectVersion("versioned", "a"),
        ObjectVersion("versioned", "a", first["VersionId"]),
        ObjectVersion("versioned", "a", marker),
        ObjectVersion("versioned", "b", gone),
    ]
    etags = [document.etag, None, None, None, first["ETag"].strip('"'), None, None]
    assert [item.etag for item in look_up(wanted)] == etags


@pytest.mark.parametrize("code", ["400", "403"])
def test_a_version_that_s3_does_not_tell_of_is_found_in_the_list_and_a_malformed_one_is_not_there(
    pipeline, monkeypatch, code
):
    """HEAD has no body. 400 means an object encrypted with its owner's key (SSE-C), or an invalid version."""
    clients.s3().create_bucket(Bucket="versioned")
    clients.s3().put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    locked = clients.s3().put_object(Bucket="versioned", Key="locked", Body=b"1")
    clients.s3().put_object(Bucket="versioned", Key="locked and longer", Body=b"3")
    good = clients.s3().put_object(Bucket="versioned", Key="z", Body=b"2")
    head_object = clients.s3().head_object

    def refuse_one(**request: Any) -> Any:
        if request["Key"] == "locked":
            raise ClientError({"Error": {"Code": code, "Message": "Bad Request"}}, "HeadObject")
        return head_object(**request)

    monkeypatch.setattr(clients.s3(), "head_object", refuse_one)
    wanted = [
        ObjectVersion("versioned", "locked", "no version"),
        ObjectVersion("versioned", "locked", locked["VersionId"]),
        ObjectVersion("versioned", "z", good["VersionId"]),
    ]
    assert [item.etag for item in look_up(wanted)] == [None, locked["ETag"].strip('"'), good["ETag"].strip('"')]


@pytest.mark.parametrize("version_id", [None, "v1"])
def test_a_bucket_that_may_not_be_read_is_named(monkeypatch, version_id):
    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}, "Operation")

    bucket = Bucket([])
    monkeypatch.setattr(bucket, "list_objects_v2", refuse)
    monkeypatch.setattr(bucket, "head_object", refuse, raising=False)
    monkeypatch.setattr(clients, "s3", lambda: Checked("s3", bucket))
    with pytest.raises(LookUpError, match=r"archive.*Access Denied"):
        look_up([ObjectVersion("archive", "a.pdf", version_id)])
