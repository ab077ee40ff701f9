"""S3 Batch Operations: the function invoked for each object of a manifest, and a report of what it said."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from tests.simulation.functions import Functions
from tests.simulation.invocation import Event, Outcome
from tests.simulation.world import World
from tests.support.events import load_event

TRIES = 6
_EVENT = load_event("batch_operations_2_0")


@dataclass(frozen=True, slots=True)
class Task:
    """What the report says of a task in the end. An invocation without a reply counts as a temporary failure."""

    bucket: str
    key: str
    code: str
    text: str


class BatchOperations:
    """Jobs of one function; `report` fills as they run."""

    def __init__(self, world: World, functions: Functions, function: str, arguments: Mapping[str, str]) -> None:
        self.report: list[Task] = []
        self._world = world
        self._functions = functions
        self._function = function
        self._job = _EVENT["job"] | {"userArguments": _EVENT["job"]["userArguments"] | arguments}

    def submit(self, bucket: str, key: str, version_id: str | None) -> None:
        """A task of a job; its manifest names versions where it can."""
        self._world.deliver(f"task {key}", lambda: self._try(bucket, key, version_id, 1))

    def _try(self, bucket: str, key: str, version_id: str | None, tries: int) -> None:
        task = {"taskId": "task", "s3Bucket": bucket, "s3Key": key, "s3VersionId": version_id}
        event: Event = {**_EVENT, "job": self._job, "tasks": [task]}
        done = partial(self._done, bucket, key, version_id, tries)
        if self._functions.is_full:
            done(Outcome(error="TooManyRequestsException"))
        else:
            self._functions.start(self._function, event, done)

    def _done(self, bucket: str, key: str, version_id: str | None, tries: int, outcome: Outcome) -> None:
        code, text = "TemporaryFailure", outcome.error
        if outcome.reply:
            (result,) = outcome.reply["results"]
            code, text = result["resultCode"], result["resultString"]
        if code == "TemporaryFailure" and tries < TRIES:
            self._world.later(10.0 * 2**tries, lambda: self._try(bucket, key, version_id, tries + 1))
        else:
            self.report.append(Task(bucket, key, code, text))
