"""Replay what the real Textract answered once for the same content, from files, instead of recognizing it.

A recording is identified by the operation, the content of its documents, and the request's parameters, wherever the
documents are. Its file is readable and can be committed with the tests that use it; it does not contain the documents.
"""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from local.service.log import line
from local.textract.api.faults import ERRORS
from local.textract.exceptions import InternalServerError, TextractError

if TYPE_CHECKING:
    from mypy_boto3_textract import TextractClient

    from local.textract.api.job_kinds import JobKind

logger = logging.getLogger(__name__)

POLL_SECONDS = 2.0
# Request members that say where things are and who asks, not what is asked.
NOT_ASKED = {"ClientRequestToken", "DocumentLocation", "JobTag", "KMSKeyId", "NotificationChannel", "OutputConfig"}
NOT_KEPT = {"NextToken", "ResponseMetadata"}
# The errors that Textract would return again.
LASTING = {
    "BadDocumentException",
    "DocumentTooLargeException",
    "InvalidParameterException",
    "UnsupportedDocumentException",
}


class Recordings:
    """The recordings in `folder`; with a client of the real Textract, missing ones are recorded."""

    def __init__(
        self, folder: Path, textract: "TextractClient | None" = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._folder = folder
        self._textract = textract
        self._sleep = sleep

    def reply(self, operation: str, request: Mapping[str, object]) -> dict[str, object] | None:
        """Textract's reply to a synchronous request with its documents as Bytes; None if there is no recording.

        Raises the error that Textract returned.
        """
        return self._recorded(operation, request, b"", lambda: self._call(operation, request))

    def job(self, kind: "JobKind", request: Mapping[str, object], document: bytes) -> dict[str, object] | None:
        """How Textract's job on this document ended, with all results; None if there was none. Raises its error."""
        return self._recorded(kind, request, document, lambda: self._run(kind, request))

    def _recorded(
        self, operation: str, request: Mapping[str, object], document: bytes, ask: Callable[[], dict[str, object]]
    ) -> dict[str, object] | None:
        asked = {name: _without_content(value) for name, value in request.items() if name not in NOT_ASKED}
        key = {"operation": operation, "request": asked, "document": _digest(document) if document else None}
        file = self._folder / f"{operation}-{_digest(json.dumps(key, sort_keys=True).encode())[:32]}.json"
        if not file.exists():
            if self._textract is None:
                return None
            self._folder.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps({**key, **_outcome_of(ask)}, indent=1))
            logger.info(line("recorded", file=str(file)))
        logger.info(line("answered from a recording", file=str(file)))
        return _replayed(json.loads(file.read_text()))

    def _call(self, operation: str, request: Mapping[str, object]) -> dict[str, object]:
        reply = getattr(self._textract, xform_name(operation))(**request)
        return {name: value for name, value in reply.items() if name not in NOT_KEPT}

    def _run(self, kind: "JobKind", request: Mapping[str, object]) -> dict[str, object]:
        """A complete job: its status, and its results in one list."""
        wanted = {name: request[name] for name in {"DocumentLocation", *request} - (NOT_ASKED - {"DocumentLocation"})}
        job_id = self._call(kind, wanted)["JobId"]
        get = getattr(self._textract, xform_name(kind.reply.operation))
        while (reply := get(JobId=job_id))["JobStatus"] == "IN_PROGRESS":
            self._sleep(POLL_SECONDS)
        results: list[Any] = reply.get(kind.reply.member, [])
        token = reply.get("NextToken")
        while token:
            page = get(JobId=job_id, NextToken=token)
            results += page.get(kind.reply.member, [])
            token = page.get("NextToken")
        return {name: value for name, value in reply.items() if name not in NOT_KEPT}


def _outcome_of(ask: Callable[[], dict[str, object]]) -> dict[str, object]:
    """What to record of a call; raises its error if that is temporary."""
    try:
        return {"reply": ask()}
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        if code not in LASTING:
            raise ERRORS.get(code, InternalServerError)(f"AWS answered the recording's call: {message}") from error
        return {"error": {"code": code, "message": message}}
    except BotoCoreError as error:
        raise InternalServerError(f"AWS could not be asked for a recording: {error}") from error


def _replayed(recording: Mapping[str, Any]) -> dict[str, object]:
    if error := recording.get("error"):
        raise _error(error["code"])(error["message"])
    return cast("dict[str, object]", recording["reply"])


def _error(code: str) -> type[TextractError]:
    return ERRORS.get(code, InternalServerError)


def _without_content(value: object) -> object:
    """The value with a digest in place of each document's bytes."""
    if isinstance(value, bytes):
        return _digest(value)
    if isinstance(value, Mapping):
        return {name: _without_content(member) for name, member in value.items()}
    return [_without_content(member) for member in value] if isinstance(value, list) else value


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
