"""Which limits apply, and where they come from."""

import json

import pytest

from textract_pipeline.aws import service_quotas
from textract_pipeline.aws.service_quotas import Quota
from textract_pipeline.names import DocumentStatus


@pytest.fixture(autouse=True)
def told(monkeypatch):
    known = {"StartDocumentTextDetection": Quota(None, None), "StartDocumentAnalysis": Quota(10, 600)}
    monkeypatch.setattr(service_quotas, "of_account", lambda: known)


def test_a_limit_comes_from_the_setting_else_from_service_quotas_else_it_is_found_out(pipeline):
    limits = {limit["name"]: limit for limit in json.loads(pipeline.run("quota", "--json").stdout)["limits"]}
    assert [(limit["value"], limit["source"]) for limit in limits.values()] == [
        (None, "found out as jobs are refused"),
        (25.0, "setting"),
        (10.0, "Service Quotas"),
        (25.0, "setting"),
    ]


def test_what_runs_and_what_waits_is_counted(pipeline):
    pipeline.register("running.pdf", DocumentStatus.IN_PROGRESS, job_id="job")
    pipeline.register("an image.png", DocumentStatus.IN_PROGRESS)
    pipeline.send("AsyncBackfillQueue", "{}")
    in_use = json.loads(pipeline.run("quota", "--json").stdout)["inUse"]
    assert in_use == {"jobs not yet collected": 1, "waiting, live": 0, "waiting, backfill": 1}


def test_people_see_a_table(pipeline):
    stdout = pipeline.run("quota").stdout
    assert "StartDocumentAnalysis: a second" in stdout
    assert "In use: jobs not yet collected: 0" in stdout
