"""S3 Batch Operations: the function invoked for each object of a manifest, and a report of what it said."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from urllib.parse import quote_plus, unquote_plus

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

    def submit(
        self, bucket: str, key: str, version_id: str | None, arguments: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """A task of a job with these user arguments; its manifest names versions where it can."""
        task = {"taskId": "task", "s3Bucket": bucket, "s3Key": quote_plus(key), "s3VersionId": version_id}
        job = self._job | {"userArguments": self._job["userArguments"] | arguments}
        self._world.deliver(f"task {key}", lambda: self._try({**_EVENT, "job": job, "tasks": [task]}, 1))

    def _try(self, event: Event, tries: int) -> None:
        done = partial(self._done, event, tries)
        if self._functions.is_full:
            done(Outcome(error="TooManyRequestsException"))
        else:
            self._functions.start(self._function, event, done)

    def _done(self, event: Event, tries: int, outcome: Outcome) -> None:
        code, text = "TemporaryFailure", outcome.error
        if outcome.reply:
            (result,) = outcome.reply["results"]
            code, text = result["resultCode"], result["resultString"]
        if code == "TemporaryFailure" and tries < TRIES:
            self._world.later(10.0 * 2**tries, lambda: self._try(event, tries + 1))
        else:
            (task,) = event["tasks"]
            self.report.append(Task(task["s3Bucket"], unquote_plus(task["s3Key"]), code, text))
