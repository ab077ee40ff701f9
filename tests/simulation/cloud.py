"""The deployed pipeline in one world: services, functions and what invokes them, wired as the template says."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from importlib import import_module
from typing import Any
from unittest.mock import patch
from urllib.parse import quote_plus

import time_machine
from botocore.exceptions import ClientError

from tests.simulation.aws.dynamodb import DynamoDB, StreamRecord, Table
from tests.simulation.aws.events import Events
from tests.simulation.aws.s3 import S3, S3Object
from tests.simulation.aws.service_quotas import ServiceQuotas
from tests.simulation.aws.sns import Sns, lambda_event, queue_body
from tests.simulation.aws.sqs import Message, Queue, Sqs
from tests.simulation.aws.textract import Textract
from tests.simulation.batch_operations import BatchOperations
from tests.simulation.client import Client
from tests.simulation.deployment import Deployment, Properties
from tests.simulation.functions import Functions
from tests.simulation.invocation import Call, Event, Function
from tests.simulation.needs import Need, logs_to, needs_of, reads_queue, reads_stream
from tests.simulation.permissions import Roles
from tests.simulation.scenario import Scenario
from tests.simulation.triggers import EventInvocations, QueueMapping, StreamMapping
from tests.simulation.world import World
from tests.support.aws_requests import check_request
from textract_pipeline import parallel
from textract_pipeline.aws import clients
from textract_pipeline.aws.attribute_values import from_attribute_values
from textract_pipeline.aws.items import document_from_item
from textract_pipeline.document import Document

BUCKETS = ["DocumentsBucket", "ExistingDocumentsBucket"]
CLIENTS = ("s3", "dynamodb", "sqs", "lambda_", "events", "textract", "textract_start", "service_quotas")
_ARNS = {
    "JOB_COMPLETION_TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:",
    "TEXTRACT_ROLE_ARN": "arn:aws:iam::123456789012:role/",
}
SLOWEST_CALL_SECONDS = {"analyze_document": 8.0, "detect_document_text": 4.0}
HANDLERS = {
    name: import_module(f"lambdas.{name.lower()}.handler").handle
    for name in ("S3Proc", "S3BatchProc", "StatusProc", "DocProc", "SyncProc", "AsyncProc", "JobResultsProc")
}


class Cloud:
    """All of it. Calls made outside of a function take effect at once."""

    def __init__(self, world: World, deployment: Deployment, scenario: Scenario) -> None:
        self.world = world
        self.checks_requests = not world.has_faults  # which would double the time of each run
        self._deployment = deployment
        self.state_changes: list[StreamRecord] = []  # of DocumentsTable
        self.given_up: list[Document] = []  # those in dead-letter queues when all had become quiet
        slowest = {**SLOWEST_CALL_SECONDS, "get_object": scenario.read_seconds}
        self.roles = Roles(deployment.roles, deployment.policies, deployment.keys)
        self.functions = Functions(world, self.perform, self.refusal, self._set_clock, self._log, slowest)
        self.functions.most_at_once = scenario.functions_at_once
        self._scenario = scenario
        for name, handler in HANDLERS.items():
            properties = deployment.functions[name]
            may_loop = properties.get("RecursiveLoop") == "Allow"
            self.functions.deployed[name] = Function(name, handler, properties["Timeout"], may_loop)

        self.sqs = Sqs(world, _queues(deployment.queues))
        given_up = {each["FunctionName"]: self._on_failure(each) for each in deployment.event_invocations}
        self.invocations = EventInvocations(world, self.functions, given_up)
        self.s3 = S3(BUCKETS, self._created, BUCKETS if scenario.keeps_versions else ())
        self.dynamodb = DynamoDB(world, {name: _table(each) for name, each in deployment.tables.items()})
        self.sns = Sns(
            world,
            deployment.subscriptions,
            {
                "sqs": lambda queue, notice: self.sqs.put(self.sqs.queues[queue], queue_body(notice)),
                "lambda": lambda function, notice: self.invocations.send(function, lambda_event(notice)),
            },
        )
        self.textract = self._textract(scenario)
        self.events = Events()
        self.batch_operations = BatchOperations(world, self.functions, "S3BatchProc", dict(scenario.job_arguments))
        self._connect_sources()
        self._connect_schedules()
        self.services = self._services()

    def _textract(self, scenario: Scenario) -> Textract:
        return Textract(
            self.world,
            self.s3,
            self._publish,
            {arrival.etag: arrival.script for arrival in scenario.arrivals},
            scenario.concurrent_jobs,
            scenario.job_seconds,
            {**_environment(self._deployment), **dict(scenario.environment)}["OUTPUT_KEY_ARN"],
        )

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Let handlers find this cloud: its clients, its settings, its time."""
        with ExitStack() as stack:
            stack.enter_context(
                patch.dict("os.environ", {**_environment(self._deployment), **dict(self._scenario.environment)})
            )
            _start_cold()
            stack.enter_context(answered_by(self.perform))
            stack.enter_context(patch.object(parallel, "run_all", self.functions.run_all))
            stack.enter_context(patch.object(parallel, "pause", self.functions.pause))
            stack.enter_context(patch("time.sleep", self.functions.sleep))
            stack.enter_context(patch("random.uniform", self.world.random.uniform))
            stack.enter_context(patch("time.monotonic", lambda: self.world.now))
            self._clock = stack.enter_context(time_machine.travel(self.world.now, tick=False))
            stack.callback(self.functions.kill_all)
            yield

    def _services(self) -> dict[str, Any]:
        """What answers the calls of each client, by the client's name."""
        return {
            "s3": self.s3,
            "dynamodb": self.dynamodb,
            "sqs": self.sqs,
            "lambda_": self.invocations,
            "events": self.events,
            "textract": self.textract,
            "textract_start": self.textract,
            "service_quotas": ServiceQuotas({}),
        }

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is under way, and no queue holds work."""
        return self.world.is_idle and not any(self.work_queues())

    def work_queues(self) -> Iterator[list[Message]]:
        """The messages of each queue that a function reads."""
        return (queue.messages for queue in self.sqs.queues.values() if queue.dead_letters)

    def dead_letter_queues(self) -> list[Queue]:
        """The queues of what was given up."""
        return [queue for queue in self.sqs.queues.values() if queue.name.endswith("DLQ")]

    def items(self) -> list[Mapping[str, Any]]:
        """DocumentsTable's items."""
        return list(self.dynamodb.tables["DocumentsTable"].items.values())

    def documents(self) -> list[Document]:
        """The documents of these items."""
        return [document_from_item(from_attribute_values(item)) for item in self.items()]

    def perform(self, call: Call) -> Any:
        """Carry out a call, whoever makes it."""
        if self.checks_requests:
            check_request(call.client, call.operation, call.request)
        return getattr(self.services[call.client], call.operation)(**call.request)

    def refusal(self, function: str, call: Call) -> ClientError | None:
        """What a call is answered that the function's role does not allow, if it does not."""
        needs = needs_of(call)
        if call.operation == "get_object" and self.s3.find(call.request["Bucket"], call.request["Key"]) is None:
            needs.append(Need("s3:ListBucket", call.request["Bucket"]))  # without it S3 says that it is forbidden
        return self.roles.refusal(_role(function), call, needs)

    def _log(self, function: str) -> None:
        """Lambda writes a function's log, if its role may."""
        self.roles.allow(_role(function), logs_to(f"{function}Logs"))

    def _publish(self, topic_arn: str, message: str) -> None:
        """Textract tells of a job's end, with the role that it was passed."""
        if self.roles.allow("TextractServiceRole", [Need("sns:Publish", topic_arn.rpartition(":")[2])]):
            self.sns.publish(topic_arn, message)

    def _set_clock(self) -> None:
        self._clock.move_to(self.world.now)

    def _created(self, bucket: str, key: str, created: S3Object) -> None:
        for notifications in self._deployment.uploads:
            if notifications["BucketName"] == bucket:
                for target in notifications["NotificationConfiguration"]["LambdaFunctionConfigurations"]:
                    self.invocations.send(target["LambdaFunctionArn"], _s3_event(bucket, key, created))

    def _on_failure(self, properties: Properties) -> Callable[[str], None]:
        """What takes that which a function failed on."""
        queue = self.sqs.queues[properties["DestinationConfig"]["OnFailure"]["Destination"]]

        def send(body: str) -> None:
            if self.roles.allow(_role(properties["FunctionName"]), [Need("sqs:SendMessage", queue.name)]):
                self.sqs.put(queue, body)

        return send

    def _connect_sources(self) -> None:
        mappings: list[StreamMapping] = []
        for properties in self._deployment.sources:
            source = properties["EventSourceArn"]
            if source in self.sqs.queues:
                if self.roles.allow(_role(properties["FunctionName"]), reads_queue(source)):
                    QueueMapping(self.world, self.functions, self.sqs, properties)
                continue
            if not self.roles.allow(_role(properties["FunctionName"]), reads_stream(source)):
                continue
            mappings.append(StreamMapping(self.world, self.functions, self._on_failure(properties), properties))
            self.dynamodb.tables[source.removesuffix(".Stream")].changed = partial(self._changed, mappings)

    def _changed(self, mappings: list[StreamMapping], record: StreamRecord) -> None:
        image = record["dynamodb"]["NewImage"]
        self.world.note(f"{image['objectName']['S']} is {image['status']['S']}")
        self.state_changes.append(record)
        for mapping in mappings:
            mapping.add(record)

    def _connect_schedules(self) -> None:
        for rule in self._deployment.schedules:
            number, unit = rule["ScheduleExpression"].removeprefix("rate(").removesuffix(")").split()
            assert unit.startswith("minute")
            for target in rule["Targets"]:
                self._tick(target["Arn"], 60.0 * int(number))

    def _tick(self, function: str, seconds: float) -> None:
        def tick() -> None:
            self.functions.start(function, {"source": "aws.events"}, lambda _outcome: None)
            self._tick(function, seconds)

        self.world.later(seconds, tick, recurs=True)


@contextmanager
def answered_by(perform: Callable[[Call], Any]) -> Iterator[None]:
    """Let handlers find clients whose calls are carried out by `perform`."""
    with ExitStack() as stack:
        for name in CLIENTS:
            client = Client(name, perform)
            stack.enter_context(patch.object(clients, name, lambda client=client: client))
        yield


def _role(function: str) -> str:
    return f"{function}Role"


def _environment(deployment: Deployment) -> dict[str, str]:
    """The variables of all functions together: those of the same name mean the same."""
    environment = {"POWERTOOLS_METRICS_NAMESPACE": "Simulation", "POWERTOOLS_METRICS_DISABLED": "true"}
    for name in HANDLERS:
        for variable, value in deployment.functions[name]["Environment"]["Variables"].items():
            told = _ARNS[variable] + value if value and variable in _ARNS else value
            if not variable.startswith("POWERTOOLS_") and environment.setdefault(variable, told) != told:
                raise NotImplementedError(f"{variable} differs between functions")
    return environment


def _start_cold() -> None:
    """Forget what functions keep between invocations, so that every run is alike."""
    for cached in _caches():
        cached.cache_clear()


@cache
def _caches() -> list[Any]:
    modules = [module for name, module in sys.modules.items() if name.startswith("textract_pipeline")]
    return [value for module in modules for value in vars(module).values() if hasattr(value, "cache_clear")]


def _queues(deployed: Mapping[str, Properties]) -> dict[str, Queue]:
    queues = {
        name: Queue(name, each.get("VisibilityTimeout", 30), each["MessageRetentionPeriod"])
        for name, each in deployed.items()
    }
    for name, each in deployed.items():
        if redrive := each.get("RedrivePolicy"):
            queues[name].dead_letters = queues[redrive["deadLetterTargetArn"]]
            queues[name].max_receives = redrive["maxReceiveCount"]
    return queues


def _table(deployed: Properties) -> Table:
    indexes = {each["IndexName"]: _key(each) for each in deployed.get("GlobalSecondaryIndexes", [])}
    return Table(_key(deployed), indexes)


def _key(deployed: Properties) -> tuple[str, ...]:
    return tuple(each["AttributeName"] for each in deployed["KeySchema"])


def _s3_event(bucket: str, key: str, created: S3Object) -> Event:
    stored: Event = {"key": quote_plus(key), "size": len(created.body), "eTag": created.etag, "sequencer": "0"}
    if created.version_id:
        stored["versionId"] = created.version_id
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventName": "ObjectCreated:Put",
        "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": bucket}, "object": stored},
    }
    return {"Records": [record]}
