"""Runs that between them make every call that the functions make, and what roles do besides."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from document_rendering.views import make_views
from tests.simulation import scenario, simulation
from tests.simulation.cloud import Cloud, answered_by
from tests.simulation.deployment import Deployment
from tests.simulation.invocation import Call
from tests.simulation.needs import Need, all_on, logs_to
from tests.simulation.permissions import Roles
from tests.simulation.scenario import EXISTING, PDF, PNG, Arrival, Scenario, good, half_read
from tests.simulation.schedule import Fault, Schedule
from tests.simulation.simulation import simulate
from textract_pipeline.names import DocumentStatus
from textract_pipeline.settings import ViewSettings

# What some functions do only where a setting, a job's argument or the world asks for it.
RARE = {
    "listed": Scenario(
        (
            Arrival("again.png", PNG, good("again"), is_listed=True),
            Arrival("gone.png", PNG, is_listed=True, deleted_after_seconds=0),
            Arrival("letters/half.pdf", PDF, half_read()),
        ),
        job_arguments=(("again", "all"), ("documentsPerMinute", "600")),
    ),
    "old": Scenario(
        (
            Arrival("old.pdf", PDF, good("old", 3), bucket=EXISTING, is_listed=True),
            Arrival("old.png", PNG, good("old"), bucket=EXISTING, is_listed=True),
            Arrival("gone.pdf", PDF, good("gone"), bucket=EXISTING, is_listed=True, deleted_after_seconds=20),
        )
    ),
    "backlog": Scenario(
        (
            *(Arrival(f"{number}.pdf", PDF, good("new")) for number in range(5)),
            *(Arrival(f"{number}.pdf", PDF, good("old"), bucket=EXISTING, is_listed=True) for number in range(7)),
        ),
        concurrent_jobs=1,
        job_seconds=(3000, 3600),
    ),
}
ALL = {**scenario.SCENARIOS, **RARE}
# Where a fault makes functions do what they do only then: take up again, put back, give up, go on.
TROUBLES = (
    ("mixed", "S3Proc s3.get_object", Fault.OUTAGE),
    ("mixed", "DocProc sqs.send_message", Fault.FAIL_BEFORE),
    ("mixed", "DocProc dynamodb.update_item", Fault.REJECT),
    ("replaced", "DocProc sqs.send_message", Fault.OUTAGE),
    ("mixed", "AsyncProc dynamodb.update_item", Fault.OUTAGE),
    ("mixed", "SyncProc dynamodb.update_item", Fault.OUTAGE),
    ("mixed", "JobResultsProc dynamodb.get_item", Fault.OUTAGE),
    ("mixed", "JobResultsProc s3.get_object", Fault.SLOW),
    ("old", "JobResultsProc s3.get_object", Fault.SLOW),
    ("old", "SyncProc dynamodb.batch_get_item", Fault.FAIL_BEFORE),
    ("old", "AsyncProc dynamodb.get_item", Fault.SLOW),
    ("mixed", "StatusProc dynamodb.transact_write_items", Fault.BROKEN),
    ("listed", "task again.png", Fault.DELAY),
)
_ANNOUNCED_TO_VIEWPROC = (DocumentStatus.SUCCEEDED, DocumentStatus.PARTIAL_SUCCESS)
_LIMITED = ("SyncProc", "JobResultsProc")  # those that max_documents_per_minute concerns


def runs(deployed: Deployment) -> list[tuple[Schedule, Roles]]:
    """Runs that between them use all rights: those in which nothing goes wrong, then those of the troubles."""
    untroubled = {name: run(Schedule(name), deployed) for name in ALL}
    found = [(Schedule(name), cloud.roles) for name, cloud in untroubled.items()]
    for name, place, fault in TROUBLES:
        points = enumerate(untroubled[name].world.points)
        number = next((number for number, point in points if point.place == place), None)
        if number is not None:
            schedule = Schedule(name, 0, ((number, fault),))
            found.append((schedule, run(schedule, deployed).roles))
    return found


def run(schedule: Schedule, deployed: Deployment) -> Cloud:
    """The world after a run in which only so many documents may pass a minute."""
    functions = {**deployed.functions, **{name: _limited(deployed.functions[name]) for name in _LIMITED}}
    limited = replace(deployed, functions=functions)
    with patch.dict(scenario.ALL_SCENARIOS, ALL), patch.object(simulation, "deployed", lambda: limited):
        return simulate(schedule)


def asked(deployed: Deployment) -> dict[tuple[str, Need], bool]:
    """Whatever roles do, and whether the template allows it."""
    found: dict[tuple[str, Need], bool] = {}
    for _, roles in runs(deployed):
        found |= roles.asked
    if "ViewProc" in deployed.functions:
        for name in ("mixed", "versions"):
            cloud = run(Schedule(name), deployed)
            _make_views(cloud, json.loads(deployed.functions["ViewProc"]["Environment"]["Variables"]["VIEWS"]))
            found |= cloud.roles.asked
    roles = Roles(deployed.roles, deployed.policies, deployed.keys)
    for role, needs in _besides(deployed):
        roles.allow(role, needs)
    return found | roles.asked


def _make_views(cloud: Cloud, views: list[str]) -> None:
    """Have viewproc make the views of what was read. Most cannot be drawn: the documents' files are made up."""

    def perform(call: Call) -> Any:
        if refused := cloud.refusal("ViewProc", call):
            raise refused
        return cloud.perform(call)

    documents = cloud.documents()
    with simulation.silence(), answered_by(perform):
        for document in documents:
            if document.status in _ANNOUNCED_TO_VIEWPROC:
                make_views(document.run, ViewSettings("DocumentsTable", "OutputTable", views))


def _besides(deployed: Deployment) -> Iterator[tuple[str, list[Need]]]:
    """What roles do outside of the functions' own calls, where it is not part of a run."""
    bucket = "InventoryAndLogsBucket"
    yield (  # Amazon S3 User Guide, "Granting permissions for Batch Operations", 2026-11
        "S3BatchOperationsRole",
        [
            Need("lambda:InvokeFunction", "S3BatchProc"),
            *all_on(f"{bucket}/manifests/plan.csv", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
            Need("s3:PutObject", f"{bucket}/reports/job-1/manifest.json"),
            *(Need("s3:PutInventoryConfiguration", name) for name in (scenario.LIVE, EXISTING)),
        ],
    )
    yield "FailedDocumentsRole", [Need("sns:Publish", "FailedDocumentsTopic")]
    yield "NotifierRole", [Need("s3:PutBucketNotification", "DocumentsBucket"), *logs_to("NotifierLogs")]
    for name, function in deployed.functions.items():
        if name.endswith("Proc"):
            yield f"{name}Role", logs_to(f"{name}Logs")
        if "VpcConfig" in function:
            yield f"{name}Role", _attaching()
    for each in [*deployed.event_invocations, *deployed.sources]:
        if given_up := each.get("DestinationConfig"):
            yield f"{each['FunctionName']}Role", [Need("sqs:SendMessage", given_up["OnFailure"]["Destination"])]
    if "FlowLogsRole" in deployed.roles:
        yield "FlowLogsRole", logs_to("RefusedLogs")


def _attaching() -> list[Need]:
    """What Lambda does with a function's role to run it in a VPC.

    Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC", 2026-11.
    """
    here = "arn:AWS::Partition:ec2:AWS::Region:AWS::AccountId"
    interface = f"{here}:network-interface/eni-0123"
    return [
        *all_on("*", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"),
        *all_on(f"{here}:subnet/subnet-0123", "ec2:CreateNetworkInterface"),
        *all_on(f"{here}:security-group/sg-0123", "ec2:CreateNetworkInterface"),
        *all_on(interface, "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"),
        *all_on(interface, "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"),
    ]


def _limited(function: Mapping[str, Any]) -> Mapping[str, Any]:
    told = function["Environment"]["Variables"]
    return {**function, "Environment": {"Variables": told | {"MAX_DOCUMENTS_PER_MINUTE": "6000"}}}
