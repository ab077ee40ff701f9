"""Snapshots during the soak test: messages in the queues, and the memory of every process."""

import os
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.local.cost import FIRST_TIME, LAST_TIME
from benchmarks.processes import in_sessions, memory, program, sessions_of
from cli.target import Target
from textract_pipeline.aws import clients

MINISTACK = "MiniStack"
_SERVERS = {
    "hypercorn": MINISTACK,
    "local.textract": "local Textract",
    "local.batch": "local Batch Operations",
    "local.supervisor": "supervisors of these two",
}
_FUNCTION = "FunctionName"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """At a time (seconds): messages in the work queues, and each kind of process's largest size (bytes) and count."""

    at: float
    messages: int
    load: float
    cpu_seconds: float  # of all processes together, since their start
    ministack_cpu_seconds: float
    largest: Mapping[str, int]
    processes: Mapping[str, int]


def snapshot(target: Target, cloud_directory: Path) -> Snapshot:
    """Take a snapshot."""
    sizes: dict[str, list[int]] = defaultdict(list)
    ticks: dict[str, int] = defaultdict(int)
    called = _SERVERS | {
        value: output.removesuffix(_FUNCTION)
        for output, value in target.stack_outputs.items()
        if output.endswith(_FUNCTION)
    }
    for process, fields in in_sessions(sessions_of(cloud_directory)):
        ticks["all"] += sum(map(int, fields[FIRST_TIME : LAST_TIME + 1]))
        if kind := called.get(program(process)):
            sizes[kind].append(memory(process))
            ticks[kind] += sum(map(int, fields[FIRST_TIME : FIRST_TIME + 2]))  # without its child processes
    a_second = os.sysconf("SC_CLK_TCK")
    return Snapshot(
        time.monotonic(),
        messages(target, "QueueUrl"),
        os.getloadavg()[0],
        ticks["all"] / a_second,
        ticks[MINISTACK] / a_second,
        {kind: max(found) for kind, found in sizes.items()},
        {kind: len(found) for kind, found in sizes.items()},
    )


def messages(target: Target, ending: str) -> int:
    """How many messages are in the queues whose outputs have this ending, including received and delayed ones."""
    return sum(_in_queue(url) for output, url in target.stack_outputs.items() if output.endswith(ending))


def _in_queue(url: str) -> int:
    found = clients.sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return sum(int(value) for attribute, value in found.items() if attribute.startswith("ApproximateNumberOfMessages"))
