"""The local Textract as a WSGI service: one operation per request, its result or error, and one log line.

The steps of a request: `wire` reads it, `validation` checks it against the model, `operations` executes it, and `wire`
writes the response.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from werkzeug.wrappers import Request, Response

from local.service.log import line
from local.textract.api.faults import Faults
from local.textract.api.recordings import Recordings
from local.textract.api.service_model import load_model
from local.textract.api.validation import validate
from local.textract.api.wire import error_response, operation_of, parameters_of, result_response
from local.textract.asynchronous import AsyncOperations
from local.textract.exceptions import CrashedError, TextractError
from local.textract.jobs.job_files import JobFiles
from local.textract.jobs.job_table import Jobs
from local.textract.jobs.notifications import Notifier
from local.textract.jobs.storage import Storage, s3_client
from local.textract.jobs.worker import Worker
from local.textract.operations import Operations, rate_limits
from local.textract.settings import Settings
from local.textract.synchronous import SyncOperations

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

    from local.textract.recognition.recognizer import Recognizer

logger = logging.getLogger(__name__)


class TextractService:
    """The WSGI application."""

    def __init__(self, operations: Operations, open_jobs: Callable[[], dict[str, int]]) -> None:
        self._operations = operations
        self._open_jobs = open_jobs
        self._model = load_model()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        request_id, began_at = str(uuid.uuid4()), time.perf_counter()
        request = Request(environ)
        try:
            response = result_response(self._answer(request), request_id)
            code = None
        except TextractError as error:
            response, code = error_response(error, request_id), error.code
        except Exception:  # every request must get a response
            logger.exception(line("request crashed", requestId=request_id))
            response, code = error_response(CrashedError(), request_id), CrashedError.code
        self._log(request, response, code, request_id, time.perf_counter() - began_at)
        return response(environ, start_response)

    def _answer(self, request: Request) -> object:
        operation = operation_of(request, self._model)
        self._operations.admit(operation.name)
        parameters = parameters_of(request.get_data(), operation)
        validate(parameters, operation)
        return self._operations.handle(operation.name, parameters)

    def _log(self, request: Request, response: Response, code: str | None, request_id: str, seconds: float) -> None:
        fields = {
            "requestId": request_id,
            "target": request.headers.get("X-Amz-Target"),
            "status": response.status_code,
            "code": code,
            "milliseconds": round(seconds * 1000, 1),
            "openJobs": self._open_jobs(),
        }
        logger.info(line("request", **fields))


def build_service(
    recognizer: "Recognizer",
    settings: Settings,
    folder: Path,
    session: boto3.Session,
    clock: Callable[[], float] = time.time,
) -> TextractService:
    """The service, with its job threads running. Jobs are stored in `folder`; `session` makes its AWS clients."""
    quotas = settings.quotas
    jobs = Jobs(quotas, JobFiles(folder), clock)
    storage = Storage(s3_client(session, settings.s3_endpoint))
    notifier = Notifier(session, clock)
    recordings = _recordings(settings, session)
    worker = Worker(recognizer, jobs, storage, notifier, recordings, quotas.job_seconds, clock)
    worker.start()
    asynchronous = AsyncOperations(jobs, worker, storage, notifier)
    synchronous = SyncOperations(recognizer, storage, recordings)
    faults = Faults(settings.latencies, settings.faults, settings.seed)
    return TextractService(
        Operations(synchronous, asynchronous, rate_limits(quotas, clock), faults), asynchronous.open_jobs
    )


def _recordings(settings: Settings, session: boto3.Session) -> Recordings | None:
    if settings.recordings is None:
        return None
    return Recordings(settings.recordings, session.client("textract") if settings.records else None)
