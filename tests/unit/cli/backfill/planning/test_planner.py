"""A plan says what the pipeline will do and at what price, and changes nothing."""

import csv
from io import StringIO

import pytest

from cli.backfill.manifest import ManifestError, Row, write_rows
from cli.backfill.planning.inspection import Outcome
from cli.backfill.planning.plan_file import Plan
from cli.backfill.planning.planner import make_plan
from cli.backfill.planning.source import find_source
from tests.bad_input.pdf import one_page, with_files, xfa_form
from tests.unit.cli.backfill.conftest import TARGET
from tests.unit.cli.backfill.sources import PNG, pdf, put
from tests.unit.cli.conftest import BUCKET
from textract_pipeline.aws import clients
from textract_pipeline.aws.service_quotas import Quota
from textract_pipeline.names import Feature

pytestmark = pytest.mark.usefixtures("told")


def rows_of(plan: Plan) -> list[list[str]]:
    with plan.rows_path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_pages_and_price_are_by_what_is_looked_for(planned):
    put("a.pdf", pdf(3))
    put("b.png", PNG)
    put("letters/c.pdf", pdf(10))
    plan = planned()
    assert plan.pages.value == 14
    assert plan.price.value == pytest.approx(4 * 0.065 + 10 * 0.0015)
    assert plan.price_by_feature == {
        Feature.FORMS: pytest.approx(4 * 0.05),
        Feature.TABLES: pytest.approx(4 * 0.015),
        Feature.TEXT: pytest.approx(10 * 0.0015),
    }
    assert plan.batch_operations_fee == pytest.approx(0.250003)
    assert plan.total_price == pytest.approx(plan.price.value + 0.250003)
    assert plan.is_exact


def test_outputs_and_duplicates_are_not_in_the_list_for_s3(planned, tmp_path):
    put("a+b é.pdf", pdf(1))
    output = f"a.pdf-analysis/{32 * 'a'}/text.txt"
    manifest = tmp_path / "m.csv"
    file = StringIO()
    write_rows([Row(BUCKET, key) for key in ("a+b é.pdf", output, "a+b é.pdf")], file)
    manifest.write_text(file.getvalue(), encoding="utf-8")
    plan = planned(str(manifest), exact=True)
    assert rows_of(plan) == [[BUCKET, "a%2Bb%20%C3%A9.pdf"]]
    assert (plan.objects, plan.to_register, plan.to_process) == (3, 1, 1)
    assert plan.skipped == {Outcome.OUTPUT: 1, Outcome.REPEATED: 1}


def test_a_folder_in_a_manifest_without_sizes_is_no_document(planned, tmp_path):
    put("in/", b"")
    put("in/a.pdf", pdf(2))
    (tmp_path / "m.csv").write_text(f"{BUCKET},in/\n{BUCKET},in/a.pdf\n")
    plan = planned(str(tmp_path / "m.csv"), exact=True)
    assert (plan.to_process, plan.skipped) == (1, {Outcome.FOLDER: 1})
    assert "made in the S3 console" in plan.examples[0].reason


def test_a_source_of_which_nothing_is_to_be_registered_costs_nothing_but_the_job(planned):
    put(f"a.pdf-analysis/{32 * 'a'}/text.txt", b"text")
    plan = planned()
    assert (plan.objects, plan.to_register, plan.to_process, plan.price.value) == (1, 0, 0, 0)
    assert plan.is_exact


def test_what_is_skipped_is_listed_with_the_reason(planned, tmp_path):
    put("empty.pdf", b"")
    planned()
    with (tmp_path / "plan-skipped.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["bucket"], row["key"], row["outcome"]) == (BUCKET, "empty.pdf", "empty")
    assert "0 bytes" in row["reason"]


def test_a_sample_stands_for_all_and_exact_means_all(planned):
    for number in range(40):
        put(f"{number}.pdf", pdf(1 + number % 4))
    sampled, exact = planned(sample=10), planned(exact=True)
    assert (sampled.inspected, exact.inspected) == (10, 40)
    assert exact.pages.value == 100
    assert exact.is_exact
    assert not sampled.is_exact
    assert abs(sampled.pages.value - 100) <= sampled.pages.error < 50
    assert sampled.price.error == pytest.approx(sampled.pages.error * 0.065)


def test_a_few_long_documents_are_found_by_their_size(planned):
    for number in range(60):
        put(f"{number}.pdf", pdf(1))
    put("long.pdf", pdf(3000))
    plan = planned(sample=10)
    assert plan.inspected == 11
    assert (plan.pages.value, len(plan.groups)) == (3060, 1)


def test_the_same_source_is_planned_alike(planned):
    for number in range(30):
        put(f"{number}.pdf", pdf(1 + number))
    assert planned(sample=10).pages == planned(sample=10).pages


def test_rounded_counts_add_up(planned):
    for number in range(31):
        put(f"{number}.pdf", (pdf(1), b"", b"%PDF-1.7")[number % 3])
    plan = planned(sample=10)
    assert plan.to_process + sum(plan.skipped.values()) == plan.objects == 31
    assert all(group.to_process + sum(group.skipped.values()) == group.objects for group in plan.groups)


def test_other_prices_replace_those_known(pipeline, tmp_path):
    put("a.pdf", pdf(10))
    target = type(TARGET)(TARGET.name, {**TARGET.stack_outputs, "Prices": '{"forms": 0.04}'})
    plan = make_plan(target, find_source(BUCKET), out=tmp_path / "plan.json")
    assert plan.price.value == pytest.approx(10 * 0.055)


def test_the_duration_rests_on_what_is_known(planned, told):
    for number in range(10):
        put(f"{number}.pdf", pdf(1))
    assert planned().seconds == pytest.approx(10 / 2)
    told["StartDocumentAnalysis"] = Quota(0.5, 600)
    plan = planned()
    assert plan.seconds == pytest.approx(10 / 0.5)
    assert any(
        "0.5 jobs are started per second (Service Quotas)" in line and "25 run at once (setting)" in line
        for line in plan.assumptions
    )


def test_a_manifest_in_s3_is_told_to_batch_operations_as_it_is(planned):
    put("a.pdf", pdf(1))
    put("m.csv", f"{BUCKET},a.pdf\n".encode())
    plan = planned(f"s3://{BUCKET}/m.csv", exact=True)
    assert plan.manifest
    assert plan.manifest.uri == f"s3://{BUCKET}/m.csv"
    assert plan.to_process == 1


def test_nothing_is_written_and_nothing_is_paid(planned, pipeline):
    put("a.pdf", pdf(1))
    put("m.csv", f"{BUCKET},a.pdf\n".encode())
    calls: set[str] = set()
    for client in (clients.s3(), clients.dynamodb()):
        client.meta.events.register("before-call", lambda model, **_: calls.add(model.name))
    planned(exact=True)
    planned(f"s3://{BUCKET}/m.csv")
    assert calls == {"ListObjectsV2", "HeadObject", "GetObject", "BatchGetItem"}


def test_a_place_that_cannot_be_written_to_is_said_in_a_line(pipeline, tmp_path):
    put("a.pdf", pdf(1))
    with pytest.raises(ManifestError, match=r"The plan cannot be written to .*nowhere"):
        make_plan(TARGET, find_source(BUCKET), out=tmp_path / "nowhere" / "plan.json")


def test_a_plan_does_not_overwrite_its_own_list(pipeline, tmp_path):
    with pytest.raises(ManifestError, match="would overwrite its list"):
        make_plan(TARGET, find_source(BUCKET), out=tmp_path / "plan.csv")


def test_a_plan_says_that_uploads_with_a_key_of_the_account_are_always_new(planned, monkeypatch):
    put("a.png", PNG)
    told = "an object that was uploaded again counts as new"
    assert told not in " ".join(planned().assumptions)
    monkeypatch.setitem(TARGET.stack_outputs, "EncryptionSetting", "customer")
    assert told in " ".join(planned().assumptions)


def test_documents_with_embedded_files_are_counted_and_listed(planned, tmp_path):
    put("plain.pdf", pdf(1))
    put("portfolio.pdf", with_files(4))
    plan = planned(exact=True)
    assert (plan.to_process, plan.with_embedded_files, plan.skipped) == (2, 1, {})
    with (tmp_path / "plan-skipped.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["key"], row["outcome"]) == ("portfolio.pdf", "files embedded in it")
    assert "4 embedded files" in row["reason"]
    assert Plan.load(tmp_path / "plan.json") == plan


def test_a_form_without_pages_of_its_own_costs_nothing(planned, tmp_path):
    put("form.pdf", xfa_form())
    put("later/form.pdf", xfa_form().replace(b"1 0 obj", b"%" + b"x" * 70_000 + b"\n1 0 obj", 1))
    plan = planned(exact=True)
    assert (plan.to_process, plan.pages.value, plan.price.value) == (0, 0, 0)
    assert plan.skipped == {Outcome.UNSUPPORTED: 2}
    with (tmp_path / "plan-skipped.csv").open(encoding="utf-8", newline="") as file:
        assert all("dynamic XFA form" in row["reason"] for row in csv.DictReader(file))


@pytest.mark.parametrize("side", [2_880, 2_881, 9_000, 9_001])
def test_the_size_of_pages_is_left_to_textract_and_the_plan_counts_them_all(planned, side: int):
    put("poster.pdf", one_page(box=b"[0 0 %d 792]" % side))
    plan = planned(exact=True)
    assert (plan.to_process, plan.pages.value) == (1, 1)
