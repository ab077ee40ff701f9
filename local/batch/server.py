"""The local S3 Batch Operations as a WSGI service: one operation per request, its result or error, and one log line.

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

from local.batch.exceptions import BatchError, InternalServiceError
from local.batch.job_files import JobFiles
from local.batch.job_table import Jobs
from local.batch.operations import Operations
from local.batch.validation import validate
from local.batch.wire import error_response, load_model, operation_of, parameters_of, result_response
from local.batch.worker import Worker
from local.service.log import line

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

logger = logging.getLogger(__name__)


class BatchService:
    """The WSGI application."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations
        self._model = load_model()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        request_id, began_at = str(uuid.uuid4()), time.perf_counter()
        request = Request(environ)
        code = None
        try:
            response = self._answer(request, request_id)
        except BatchError as error:
            response, code = error_response(error, request_id), error.code
        except Exception:  # every request must get a response
            logger.exception(line("request crashed", requestId=request_id))
            failure = InternalServiceError("The local S3 Batch Operations failed: its log has the traceback")
            response, code = error_response(failure, request_id), failure.code
        milliseconds = round((time.perf_counter() - began_at) * 1000, 1)
        fields = {"requestId": request_id, "status": response.status_code, "code": code, "milliseconds": milliseconds}
        logger.info(line("request", method=request.method, path=request.path, **fields))
        return response(environ, start_response)

    def _answer(self, request: Request, request_id: str) -> Response:
        operation, labels = operation_of(request, self._model)
        parameters = parameters_of(request, operation, labels)
        validate(parameters, operation)
        return result_response(self._operations.handle(operation.name, parameters), operation, request_id)


def build_service(
    folder: Path,
    session: boto3.Session,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> BatchService:
    """The service, with its threads running. Jobs are stored in `folder`; `session` makes their roles' clients."""
    files = JobFiles(folder)
    jobs = Jobs(files, clock)
    Worker(jobs, files, session, clock, sleep).start()
    return BatchService(Operations(jobs, session.region_name))
