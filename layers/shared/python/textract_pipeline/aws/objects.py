"""The S3 objects of the flow: a document's first bytes, Textract's response to it, and the outputs next to it."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from botocore.exceptions import ClientError

from textract_pipeline.aws import clients
from textract_pipeline.aws.document_errors import keeping_response, reading_document
from textract_pipeline.aws.textract import RESPONSE_DIRECTORY, Response, model_version, page_count
from textract_pipeline.document import EMPTY_ETAG, Document, ObjectHead, ObjectVersion
from textract_pipeline.errors import DocumentError, ErrorCode, RetryableError, aws_outcomes

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef, GetObjectRequestTypeDef
    from mypy_boto3_textract.type_defs import BlockTypeDef

_CHUNK_BYTES = 1024**2
HEAD_BYTES = 64 * 1024  # a JPEG tells its size behind its Exif data, which may take 64 KB
_NO_VERSION = "null"  # the version of an object that was put while its bucket kept none: it can be overwritten
_SAVED_RESPONSE = "response.json"
PROGRESS = "progress.tar"  # in a job's directory: what is rendered so far of a long response
_PART = re.compile("[1-9][0-9]*")  # not str.isdigit, which takes ² and the digits of every script
_RUN = "run"  # the metadata of a saved response that says for which run it was paid


class StoredResponse(NamedTuple):
    """Textract's response to a document, in S3: its key (of several parts, their prefix), its size and content.

    Each part is read when it is called, so one is in memory at a time. A long response may have been rendered in part.
    """

    key: str
    size_bytes: int
    parts: Sequence[Callable[[], Response]]
    is_begun: bool = False


class BlockReader:
    """The blocks of a response, from a part on; `part` is the index of the one being read."""

    def __init__(self, response: StoredResponse, first_part: int = 0) -> None:
        self._parts = response.parts
        self.part = first_part
        self.model_version: str | None = None  # of Textract's model, once a part is read
        self.page_count = 0  # of the document, as Textract says, once a part is read

    def __iter__(self) -> "Iterator[BlockTypeDef]":
        for part in range(self.part, len(self._parts)):
            self.part = part
            yield from self._read(part)

    def _read(self, part: int) -> "Sequence[BlockTypeDef]":
        response = self._parts[part]()
        self.model_version = model_version(response)
        self.page_count = max(self.page_count, page_count(response))
        return response.get("Blocks") or ()


def inspect(source: ObjectVersion) -> ObjectHead:
    """The head of the object version that an event or a manifest names. One call, at most 64 KiB read.

    Raises DocumentError if the object is missing, replaced, or unreadable; RetryableError.
    """
    try:
        response = _get(source, HEAD_BYTES)
    except DocumentError as error:
        if error.code is not ErrorCode.EMPTY_OBJECT:
            raise
        return ObjectHead(source.etag or EMPTY_ETAG, 0, b"")
    # A server may ignore a range (RFC 9110, 14.2); MiniStack does so if a version is requested.
    size_bytes = int(response.get("ContentRange", f"/{response['ContentLength']}").rpartition("/")[2])
    version_id = None if response.get("VersionId") == _NO_VERSION else response.get("VersionId")
    with aws_outcomes():
        return ObjectHead(response["ETag"].strip('"'), size_bytes, response["Body"].read(HEAD_BYTES), version_id)


def confirm(document: Document) -> None:
    """Make sure that the object is still the one that was registered; where versions are kept, it always is.

    Textract reads what is under the key when it gets there. Raises DocumentError; RetryableError.
    """
    if document.version_id is None:
        _get(_registered(document), 1)


def copy(document: Document, file: IO[bytes]) -> None:
    """Write the document itself to a file. Raises DocumentError if it is not what was registered; RetryableError."""
    with reading_document():
        for chunk in _get(_registered(document))["Body"].iter_chunks(_CHUNK_BYTES):
            file.write(chunk)


def save_response(document: Document, response: Response) -> StoredResponse:
    """Keep the sync API's response, before anything else is made of it: it has been paid for.

    Raises DocumentError if S3 refuses it for good; RetryableError.
    """
    body = json.dumps(response, ensure_ascii=False, separators=(",", ":")).encode()
    key = document.output_prefix + _SAVED_RESPONSE
    with keeping_response():
        clients.s3().put_object(
            Bucket=document.bucket,
            Key=key,
            Body=body,
            ContentType="application/json",
            Metadata={_RUN: str(document.billed_run_number)},
        )
    return StoredResponse(key, len(body), [lambda: response])


def stored_response(document: Document) -> StoredResponse | None:
    """The response to the document's latest run, from either API. Raises RetryableError."""
    return job_response(document, document.job_id) if document.job_id else saved_response(document)


def saved_response(document: Document) -> StoredResponse | None:
    """The response that an earlier attempt at the same paid run saved, or None."""
    key = document.output_prefix + _SAVED_RESPONSE
    try:
        with aws_outcomes():
            found = clients.s3().get_object(Bucket=document.bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return None
    if found["Metadata"].get(_RUN) != str(document.billed_run_number):
        return None
    with aws_outcomes():
        body = found["Body"].read()
    return StoredResponse(key, len(body), [partial(json.loads, body)])


def job_response(document: Document, job_id: str) -> StoredResponse:
    """An async job's response, whose parts Textract numbers 1, 2, …; read one at a time, in numeric order.

    Raises RetryableError if there is none yet.
    """
    prefix = f"{document.output_prefix}{RESPONSE_DIRECTORY}/{job_id}/"
    sizes: dict[int, int] = {}
    is_begun = False
    with aws_outcomes():
        for page in clients.s3().get_paginator("list_objects_v2").paginate(Bucket=document.bucket, Prefix=prefix):
            for found in page.get("Contents", ()):
                name = found["Key"].removeprefix(prefix)
                if is_part(name):
                    sizes[int(name)] = found["Size"]
                is_begun |= name == PROGRESS
    if not sizes:
        raise RetryableError(f"Textract's response to {document.uri} is not at {prefix}")
    parts = [partial(_read_part, document.bucket, f"{prefix}{number}") for number in sorted(sizes)]
    return StoredResponse(prefix, sum(sizes.values()), parts, is_begun)


def is_part(name: str) -> bool:
    """Whether Textract gives parts of a response such a name; there may be other objects next to them."""
    return _PART.fullmatch(name) is not None


def put(document: Document, name: str, body: IO[bytes], content_type: str) -> str:
    """Store an output next to the document; return its key."""
    key = document.output_prefix + name
    with aws_outcomes():
        clients.s3().put_object(Bucket=document.bucket, Key=key, Body=body, ContentType=content_type)
    return key


def get(document: Document, name: str) -> IO[bytes]:
    """An object next to the document, to be read as a stream."""
    with aws_outcomes():
        return cast(
            "IO[bytes]", clients.s3().get_object(Bucket=document.bucket, Key=document.output_prefix + name)["Body"]
        )


def delete(document: Document, name: str) -> None:
    """Delete an object next to the document."""
    with aws_outcomes():
        clients.s3().delete_object(Bucket=document.bucket, Key=document.output_prefix + name)


def discard_progress(document: Document, job_id: str) -> None:
    """Delete what a slow copy of the job's completion kept for its next turn, once another copy has ended the document.

    Deleting what is not there would leave a mark where versions are kept.
    """
    name = f"{RESPONSE_DIRECTORY}/{job_id}/{PROGRESS}"
    with aws_outcomes():
        found = clients.s3().list_objects_v2(Bucket=document.bucket, Prefix=document.output_prefix + name, MaxKeys=1)
    if found["KeyCount"]:
        delete(document, name)


def _registered(document: Document) -> ObjectVersion:
    return ObjectVersion(document.bucket, document.key, document.version_id, document.etag)


def _get(source: ObjectVersion, first_bytes: int | None = None) -> "GetObjectOutputTypeDef":
    """The object, or so many of its first bytes."""
    request: GetObjectRequestTypeDef = {"Bucket": source.bucket, "Key": source.key}
    if first_bytes:
        request["Range"] = f"bytes=0-{first_bytes - 1}"
    if source.version_id:
        request["VersionId"] = source.version_id
    if source.etag:
        request["IfMatch"] = source.etag
    with reading_document():
        return clients.s3().get_object(**request)


def _read_part(bucket: str, key: str) -> Response:
    with aws_outcomes():
        part: Response = json.loads(clients.s3().get_object(Bucket=bucket, Key=key)["Body"].read())
    return part
