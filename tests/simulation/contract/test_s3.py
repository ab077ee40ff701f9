"""S3 in memory behaves as moto's."""

from io import BytesIO

from tests.simulation.contract.services import Services, refusal


def test_an_object_is_read_as_it_was_written(services: Services) -> None:
    etag = services.s3.put_object(Bucket="bucket", Key="a b+ü", Body=BytesIO(b"Hello"), Metadata={"run": "1"})["ETag"]
    answer = services.s3.get_object(Bucket="bucket", Key="a b+ü", IfMatch=etag)
    assert (answer["Body"].read(), answer["ETag"], answer["Metadata"]) == (b"Hello", etag, {"run": "1"})


def test_a_range_is_cut_at_the_objects_end(services: Services) -> None:
    services.s3.put_object(Bucket="bucket", Key="a", Body=b"Hello")
    for last, body, total in ((2, b"Hel", "bytes 0-2/5"), (1023, b"Hello", "bytes 0-4/5")):
        answer = services.s3.get_object(Bucket="bucket", Key="a", Range=f"bytes=0-{last}")
        assert (answer["Body"].read(), answer["ContentRange"]) == (body, total)


def test_a_version_is_read_whatever_came_after_it(services: Services) -> None:
    first = services.s3.put_object(Bucket="versions", Key="a", Body=b"first")
    second = services.s3.put_object(Bucket="versions", Key="a", Body=b"second")
    assert services.s3.get_object(Bucket="versions", Key="a")["VersionId"] == second["VersionId"]
    services.s3.delete_object(Bucket="versions", Key="a")
    place = {"Bucket": "versions", "Key": "a", "VersionId": first["VersionId"]}
    assert services.s3.get_object(**place, IfMatch=first["ETag"])["Body"].read() == b"first"
    assert refusal(lambda: services.s3.get_object(Bucket="versions", Key="a"))["Code"] == "NoSuchKey"
    assert "VersionId" not in services.s3.put_object(Bucket="bucket", Key="a", Body=b"first")


def test_what_cannot_be_read_is_refused(services: Services) -> None:
    get = services.s3.get_object
    services.s3.put_object(Bucket="bucket", Key="empty", Body=b"")
    assert refusal(lambda: get(Bucket="bucket", Key="empty", Range="bytes=0-9"))["Code"] == "InvalidRange"
    assert refusal(lambda: get(Bucket="bucket", Key="empty", IfMatch='"other"'))["Code"] == "PreconditionFailed"
    assert refusal(lambda: get(Bucket="bucket", Key="missing"))["Code"] == "NoSuchKey"
    assert refusal(lambda: get(Bucket="missing", Key="a"))["Code"] == "NoSuchBucket"


def test_a_listing_has_all_keys_of_a_prefix_in_order(services: Services) -> None:
    keys = [f"p/{number}" for number in range(1, 12)]
    for key in [*keys, "o", "q", "p"]:
        services.s3.put_object(Bucket="bucket", Key=key, Body=b"12")
    services.s3.delete_object(Bucket="bucket", Key="p/5")
    pages = list(services.s3.get_paginator("list_objects_v2").paginate(Bucket="bucket", Prefix="p/"))
    found = [(each["Key"], each["Size"]) for page in pages for each in page.get("Contents", ())]
    assert found == [(key, 2) for key in sorted(keys) if key != "p/5"]
    (nothing,) = services.s3.get_paginator("list_objects_v2").paginate(Bucket="bucket", Prefix="none/")
    assert "Contents" not in nothing
