"""Estimates from a sample, with an error bar that is correct."""

from collections.abc import Callable
from random import Random

import pytest

from cli.backfill.manifest import Row
from cli.backfill.planning.duration import (
    SECONDS_A_JOB,
    SECONDS_A_PAGE,
    SECONDS_AN_IMAGE,
    Limit,
    Limits,
    Work,
    seconds_to_process,
)
from cli.backfill.planning.estimate import Estimate, Findings, total
from cli.backfill.planning.inspection import Inspection, Outcome
from textract_pipeline.document import DocumentFormat

ROW = Row("bucket", "key")
BROKEN = Inspection(ROW, Outcome.BROKEN, format=DocumentFormat.PDF)


def pdf(pages: int) -> Inspection:
    return Inspection(ROW, Outcome.PROCESSED, size_bytes=10, format=DocumentFormat.PDF, pages=pages)


def found(objects: int, *inspections: Inspection) -> Findings:
    findings = Findings(objects)
    for inspection in inspections:
        findings.add(inspection)
    return findings


def test_what_was_inspected_whole_is_exact():
    assert found(3, pdf(1), pdf(9), BROKEN).total_pages == Estimate(10)
    assert Estimate(10).is_exact


def test_a_mean_stands_for_the_group_with_the_error_of_its_sample():
    estimate = found(100, pdf(1), pdf(3), pdf(5), pdf(7)).total_pages
    assert estimate.value == 400
    # 1.96 × 100 × √((1 − 4/100) × s² / 4), where s² = (9 + 1 + 1 + 9) / 3
    assert estimate.error == pytest.approx(1.96 * 100 * (0.96 * (20 / 3) / 4) ** 0.5)
    assert not estimate.is_exact


def test_a_sample_of_equals_still_has_an_error():
    assert found(1000, *[pdf(2)] * 100).total_pages == Estimate(2000, 1000 * 3 / 100 * 2)
    assert found(1000, *[BROKEN] * 100).total_pages == Estimate(0, 30)


def test_a_group_of_which_nothing_is_inspected_counts_nothing():
    assert found(0).factor == 0
    assert found(0).total_pages == Estimate(0)


def test_jobs_and_images_are_told_apart():
    image = Inspection(ROW, Outcome.PROCESSED, format=DocumentFormat.PNG, pages=1)
    findings = found(8, pdf(5), image, image, BROKEN)
    assert (findings.jobs, findings.job_pages, findings.pages, findings.factor) == (1, 5, 7, 2)


def test_errors_of_groups_add_up_as_variances():
    assert total([Estimate(10, 3), Estimate(20, 4), Estimate(5)]) == Estimate(35, 5)


def test_a_price_is_pages_times_dollars_error_and_all():
    assert Estimate(10, 2) * 0.5 == Estimate(5, 1)


@pytest.mark.parametrize(
    "pages", [lambda random: random.choice((1, 1, 1, 2)), lambda random: round(random.lognormvariate(1.2, 1)) + 1]
)
def test_the_truth_is_within_the_error_bar_nineteen_times_of_twenty(pages: Callable[[Random], int]):
    random = Random(1)
    objects = [BROKEN if random.random() < 0.03 else pdf(pages(random)) for _ in range(5000)]
    truth = sum(each.pages for each in objects)
    estimates = [found(len(objects), *random.sample(objects, 200)).total_pages for _ in range(200)]
    assert sum(abs(estimate.value - truth) <= estimate.error for estimate in estimates) >= 180


@pytest.mark.parametrize(
    ("work", "seconds"),
    [
        (Work(0, 0, 0), 0),
        (Work(1000, 1000, 0), 1000 / 2),  # as fast as jobs may be started
        (Work(100, 300_000, 0), (100 * SECONDS_A_JOB + 300_000 * SECONDS_A_PAGE) / 50),  # as many as may run at once
        (Work(1000, 1000, 10_000), 10_000 * SECONDS_AN_IMAGE / 4),  # images take longer, at the same time
    ],
)
def test_the_slowest_limit_says_how_long_it_takes(work, seconds):
    assert seconds_to_process(work, Limits(Limit(2, ""), Limit(50, ""), Limit(4, ""))) == pytest.approx(seconds)
