"""Textract: answers that a scenario scripts, jobs that take virtual time, and a count of them."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from tests.simulation.aws.errors import service_error
from tests.simulation.aws.s3 import S3, S3Object
from tests.simulation.schedule import DELIVERY_FAULTS, Fault
from tests.simulation.world import World

STAMP = "STAMP0"  # in a script, what is replaced in each answer: by the job's run, or the number of the analysis
Request = dict[str, Any]
Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Script:
    """What Textract makes of a document: the parts of its response, and how and after what time a job of it ends."""

    parts: tuple[Part, ...] = ()
    status: str = "SUCCEEDED"
    status_message: str = ""
    warnings: tuple[Mapping[str, Any], ...] = ()
    error: str = ""  # the code with which the sync API and Start* refuse it
    seconds: float | None = None  # of a job; None: any within the service's range


def job_stamp(tag: str) -> str:
    """What the answer of a run's job says, wherever the script has the stamp."""
    return f"JOB{int(tag.rpartition(':')[2]):03}"


def sync_stamp(number: int) -> str:
    """What the answer of the so-manieth analysis by the sync API says."""
    return f"SYN{number:03}"


def stamped(parts: tuple[Part, ...], stamp: str) -> tuple[Part, ...]:
    """The parts of a script as one answer, which says which it is."""
    answer: list[Part] = json.loads(json.dumps(parts).replace(STAMP, stamp))
    return tuple(answer)


@dataclass(slots=True)
class Job:
    """One Start call and what came of it."""

    id: str
    api: str
    request: Request
    script: Script
    started_at: float
    ended_at: float | None = None
    status: str = "IN_PROGRESS"

    def page(self, most_blocks: int) -> dict[str, Any]:
        """The first page of the answer of Get*."""
        answer: dict[str, Any] = {"JobStatus": self.status}
        if self.status == "IN_PROGRESS":
            return answer
        if self.script.status_message:
            answer["StatusMessage"] = self.script.status_message
        if self.script.warnings:
            answer["Warnings"] = list(self.script.warnings)
        if self.status != "FAILED":
            blocks = [block for part in self.script.parts for block in part["Blocks"]]
            answer |= {"DocumentMetadata": {"Pages": len(blocks)}, "Blocks": blocks[:most_blocks]}
        return answer


@dataclass(slots=True)
class TokenBucket:
    """So many calls a second on average, and as many at once after a second of rest."""

    per_second: float
    tokens: float
    filled_at: float

    def take(self, now: float) -> bool:
        """Whether one more call is allowed; it is counted then."""
        self.tokens = min(self.per_second, self.tokens + (now - self.filled_at) * self.per_second)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass(slots=True)
class Bill:
    """The tag of each job that was started, and how many ran at once."""

    jobs: list[str] = field(default_factory=list)
    most_jobs_at_once: int = 0
    refused: Counter[str] = field(default_factory=Counter)  # Start calls, by the error's code


class Textract:
    """The service; `scripts` by the ETag of what it reads, and `publish` tells a topic of a job's end."""

    def __init__(
        self,
        world: World,
        s3: S3,
        publish: Callable[[str, str], None],
        scripts: Mapping[str, Script],
        concurrent_jobs: int,
        job_seconds: tuple[float, float],
        output_key: str = "",
    ) -> None:
        self.bill = Bill()
        self.jobs: dict[str, Job] = {}
        self._known: dict[tuple[str, str], Job] = {}  # by operation and token
        self._world = world
        self._s3 = s3
        self._publish = publish
        self.concurrent_jobs = concurrent_jobs
        self.starts: TokenBucket | None = None  # Start calls per second, if they are limited
        self.scripts = scripts
        self.lost_share = 0.0  # of the completions, which are never notified
        self.ended = 0  # jobs
        self.analyses = 0  # of the sync API
        self._job_seconds = job_seconds
        self._output_key = output_key  # with which each job has to encrypt its result
        self._running = 0

    def detect_document_text(self, *, Document: Request) -> dict[str, Any]:
        """DetectDocumentText."""
        return self._analyze("DetectDocumentText", Document["S3Object"])

    def analyze_document(self, *, Document: Request, **_: object) -> dict[str, Any]:
        """AnalyzeDocument."""
        return self._analyze("AnalyzeDocument", Document["S3Object"])

    def start_document_text_detection(self, **request: Any) -> dict[str, Any]:
        """StartDocumentTextDetection."""
        return self._start("StartDocumentTextDetection", request)

    def start_document_analysis(self, **request: Any) -> dict[str, Any]:
        """StartDocumentAnalysis."""
        return self._start("StartDocumentAnalysis", request)

    def get_document_text_detection(self, *, JobId: str, MaxResults: int = 1000) -> dict[str, Any]:
        """GetDocumentTextDetection, its first page."""
        return self._job("GetDocumentTextDetection", "StartDocumentTextDetection", JobId).page(MaxResults)

    def get_document_analysis(self, *, JobId: str, MaxResults: int = 1000) -> dict[str, Any]:
        """GetDocumentAnalysis, its first page."""
        return self._job("GetDocumentAnalysis", "StartDocumentAnalysis", JobId).page(MaxResults)

    def _analyze(self, operation: str, source: Request) -> dict[str, Any]:
        script = self._script(operation, source)
        self.analyses += 1
        (part, *_) = stamped(script.parts, sync_stamp(self.analyses))
        return {**part, "ResponseMetadata": {"HTTPStatusCode": 200}}

    def _start(self, api: str, request: Request) -> dict[str, Any]:
        assert request.get("KMSKeyId", "") == self._output_key
        known = self._known.get((api, request["ClientRequestToken"]))
        if known and known.request != request:
            raise service_error(api, "IdempotentParameterMismatchException")
        if known:
            return {"JobId": known.id}
        script = self._script(api, request["DocumentLocation"]["S3Object"])
        if self.starts and not self.starts.take(self._world.now):
            raise self._refusal(api, "ProvisionedThroughputExceededException", "Provisioned rate exceeded")
        if self._running >= self.concurrent_jobs:
            raise self._refusal(api, "LimitExceededException", "Open jobs exceed maximum concurrent job limit")
        self._running += 1
        tag = request["JobTag"]
        job_id = sha256(f"{api} {tag} {self.bill.jobs.count(tag)}".encode()).hexdigest()
        script = replace(script, parts=stamped(script.parts, job_stamp(tag)))
        job = Job(job_id, api, request, script, self._world.now)
        self.jobs[job.id] = self._known[api, request["ClientRequestToken"]] = job
        self.bill.jobs.append(tag)
        self.bill.most_jobs_at_once = max(self.bill.most_jobs_at_once, self._running)
        self._put_result(job, ".s3_access_check", b"")
        seconds = self._world.random.uniform(*self._job_seconds) if script.seconds is None else script.seconds
        self._world.later(seconds, lambda: self._finish(job))
        return {"JobId": job_id}

    def _refusal(self, api: str, code: str, message: str) -> Exception:
        self.bill.refused[code] += 1
        return service_error(api, code, message)

    def _finish(self, job: Job) -> None:
        self._running -= 1
        self.ended += 1
        job.ended_at = self._world.now
        if job.script.status != "FAILED":
            for number, part in enumerate(job.script.parts, start=1):
                body = {"JobStatus": job.script.status, **part}
                self._put_result(job, str(number), json.dumps(body).encode())
        job.status = job.script.status
        self._world.note(f"job {job.id[:8]} {job.status}")
        channel = job.request["NotificationChannel"]
        source = job.request["DocumentLocation"]["S3Object"]
        notification = {
            "JobId": job.id,
            "Status": job.status,
            "API": job.api,
            "JobTag": job.request["JobTag"],
            "Timestamp": int(self._world.now * 1000),
            "DocumentLocation": {"S3ObjectName": source["Name"], "S3Bucket": source["Bucket"]},
        }
        message = json.dumps(notification)
        if self.lost_share and self._world.random.random() < self.lost_share:
            return
        self._world.deliver(
            f"notification that job {job.id[:8]} {job.status}",
            lambda: self._publish(channel["SNSTopicArn"], message),
            faults=(*DELIVERY_FAULTS, Fault.LOSE),
        )

    def _put_result(self, job: Job, name: str, body: bytes) -> None:
        output = job.request["OutputConfig"]
        self._s3.put_object(Bucket=output["S3Bucket"], Key=f"{output['S3Prefix']}/{job.id}/{name}", Body=body)

    def _script(self, operation: str, source: Request) -> Script:
        found: S3Object | None = self._s3.find(source["Bucket"], source["Name"], source.get("Version"))
        if found is None:
            raise service_error(operation, "InvalidS3ObjectException", "Unable to get object metadata from S3.")
        script = self.scripts[found.etag]
        if script.error:
            raise service_error(operation, script.error)
        return script

    def _job(self, operation: str, api: str, job_id: str) -> Job:
        job = self.jobs.get(job_id)
        if job is None or job.api != api:
            raise service_error(operation, "InvalidJobIdException")
        return job
