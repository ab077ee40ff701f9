"""The function that makes views. It is deployed only if `outputs` asks for one of them."""

import json
from collections.abc import Callable

import pytest

from tests.infrastructure.conftest import Template
from tests.infrastructure.test_permissions import OUTPUTS, READ_SOURCES, dead_letters_to
from textract_pipeline.settings import ViewSettings


@pytest.fixture(scope="module")
def with_views(synthesize: Callable[..., Template]) -> Template:
    return synthesize(outputs=["text.txt", "document.html", "searchable.pdf"])


def test_there_is_none_unless_a_view_is_asked_for(template: Template) -> None:
    assert "ViewProc" not in template.named("AWS::Lambda::Function")
    assert "RenderingLayer" not in template.named("AWS::Lambda::LayerVersion")


def test_it_is_told_what_its_settings_read_and_the_flow_writes_the_rest(with_views: Template) -> None:
    functions = with_views.named("AWS::Lambda::Function")
    told = functions["ViewProc"]["Environment"]["Variables"]
    assert {name.upper() for name in ViewSettings._fields} <= told.keys()
    assert json.loads(told["VIEWS"]) == ["document.html", "searchable.pdf"]
    assert json.loads(functions["SyncProc"]["Environment"]["Variables"]["OUTPUTS"]) == ["text.txt"]


def test_it_alone_has_the_layer_of_the_views(with_views: Template) -> None:
    layers = {name: each.get("Layers") for name, each in with_views.named("AWS::Lambda::Function").items()}
    assert layers["ViewProc"] == ["SharedLayer", "RenderingLayer"]
    assert [name for name, used in layers.items() if "RenderingLayer" in (used or [])] == ["ViewProc"]


def test_the_largest_original_and_its_largest_view_fit_into_its_temporary_storage(with_views: Template) -> None:
    functions = with_views.named("AWS::Lambda::Function")
    original, viewer = 500, 3_000 * 1  # MB: for the 3,000 pages that Textract allows, 1 MB each
    assert functions["ViewProc"]["EphemeralStorage"]["Size"] >= original + viewer
    assert [name for name, each in functions.items() if "EphemeralStorage" in each] == ["ViewProc"]


def test_it_is_told_of_documents_that_have_outputs(with_views: Template) -> None:
    [rule] = [rule for rule in with_views.each("AWS::Events::Rule") if rule["Targets"][0]["Arn"] == "ViewProc"]
    assert rule["EventPattern"] == {
        "source": ["textract-pipeline"],
        "detail-type": ["Document Processed"],
        "detail": {"status": ["SUCCEEDED", "PARTIAL_SUCCESS"]},
    }


def test_it_may_read_documents_and_write_outputs_and_no_more(with_views: Template) -> None:
    assert with_views.rights("ViewProcRole") == {
        **READ_SOURCES,
        "s3:PutObject": OUTPUTS,
        "dynamodb:GetItem": {"DocumentsTable"},
        "dynamodb:BatchWriteItem": {"OutputTable"},
        **dead_letters_to("ViewProcDLQ"),
        "logs:CreateLogStream": {"ViewProcLogs"},
        "logs:PutLogEvents": {"ViewProcLogs"},
    }


def test_what_it_gives_up_is_kept_and_rings(with_views: Template) -> None:
    configs = with_views.each("AWS::Lambda::EventInvokeConfig")
    [config] = [each for each in configs if each["FunctionName"] == "ViewProc"]
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == "ViewProcDLQ"
    assert "ViewProcDLQAlarm" in with_views.named("AWS::CloudWatch::Alarm")
    assert with_views.outputs["ViewProcDLQUrl"] == "ViewProcDLQ"
