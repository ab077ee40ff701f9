"""Whether an object in S3 has the content of a file, however it was uploaded."""

from base64 import b64encode
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from boto3.s3.transfer import TransferConfig

from cli.uploads.content import PART_BYTES, find_same
from tests.unit.cli.conftest import BUCKET
from textract_pipeline.aws import clients

MIB = 1024**2
pytestmark = pytest.mark.usefixtures("pipeline")


def written(folder: Path, body: bytes) -> Path:
    path = folder / "report.pdf"
    path.write_bytes(body)
    return path


def is_same(path: Path) -> bool:
    return find_same(path, BUCKET, "report.pdf") is not None


@pytest.mark.parametrize("body", [b"", b"one part", bytes(MIB + 1)], ids=len)
def test_an_object_of_one_part_is_known_by_its_digest(tmp_path: Path, body: bytes) -> None:
    path = written(tmp_path, body)
    assert not is_same(path)
    clients.s3().put_object(Bucket=BUCKET, Key="report.pdf", Body=body)
    assert is_same(path)


@pytest.mark.parametrize("part_bytes", [PART_BYTES, 5 * MIB, 6 * MIB], ids=lambda count: f"parts of {count // MIB} MiB")
@pytest.mark.parametrize("size", [16 * MIB, 17 * MIB + 3], ids=lambda size: f"{size:,} bytes")
def test_an_object_of_several_parts_is_known_whatever_the_size_of_its_parts(
    tmp_path: Path, part_bytes: int, size: int
) -> None:
    path = written(tmp_path, bytes(range(256)) * (size // 256) + bytes(size % 256))
    config = TransferConfig(multipart_threshold=part_bytes, multipart_chunksize=part_bytes)
    clients.s3().upload_file(str(path), BUCKET, "report.pdf", Config=config)
    assert is_same(path)
    with path.open("r+b") as file:
        file.seek(size - 2)
        file.write(b"?")
    assert not is_same(path)


@pytest.mark.parametrize("stored", [b"other", b"other content", b"the same siz3"])
def test_another_content_is_another(tmp_path: Path, stored: bytes) -> None:
    path = written(tmp_path, b"the same size")
    clients.s3().put_object(Bucket=BUCKET, Key="report.pdf", Body=stored)
    assert not is_same(path)


@pytest.mark.parametrize("parts", [1, 3])
def test_with_a_kms_key_the_checksum_tells_since_the_etag_is_no_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: int
) -> None:
    body = bytes(range(256)) * ((parts - 1) * PART_BYTES // 256) + b"the end"
    path = written(tmp_path, body)
    sums = [crc32(body[at : at + PART_BYTES]).to_bytes(4) for at in range(0, len(body), PART_BYTES)]
    whole, suffix = (crc32(b"".join(sums)).to_bytes(4), f"-{parts}") if parts > 1 else (sums[0], "")
    answer: dict[str, Any] = {
        "ETag": '"0123456789abcdef0123456789abcdef"',
        "ContentLength": len(body),
        "LastModified": None,
        "ServerSideEncryption": "aws:kms",
        "ChecksumCRC32": b64encode(whole).decode() + suffix,
    }
    monkeypatch.setattr(clients.s3(), "head_object", lambda **_: answer)
    assert is_same(path)
    path.write_bytes(body[:-1] + b"!")
    assert not is_same(path)
    del answer["ChecksumCRC32"]
    path.write_bytes(body)
    assert not is_same(path)
