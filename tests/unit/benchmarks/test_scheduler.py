"""The ideal scheduler, and the comparison with it, on cases that are small enough to work out by hand."""

import pytest

from benchmarks.scheduler import ideal, measures, run
from benchmarks.scheduler.case import Arrival, Case, idle
from benchmarks.scheduler.run import observe
from textract_pipeline import pipeline


def case(jobs: int, starts_per_second: float, *seconds: float, **more: object) -> Case:
    return Case("case", jobs, starts_per_second, tuple(Arrival(0, each) for each in seconds), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "makespan"),
    [
        (case(1, 100, 5, 7, 3), 15),  # one after another
        (case(2, 100, 5, 7, 3), 8),  # the third begins when the first ends
        (case(3, 1, 10, 10, 10), 12),  # a second apart, after the first
        (case(1, 100, 10, 10, 10, quota_changes=((5, 3),)), 15),  # two begin when the quota is raised
        (case(2, 100, 10, 10, 10, quota_changes=((5, 1),)), 20),
    ],
)
def test_the_ideal_scheduler_starts_each_job_as_soon_as_both_quotas_allow(given: Case, makespan: float) -> None:
    assert ideal.makespan(given, given.arrivals) == pytest.approx(makespan)


def test_a_few_documents_are_started_soon_and_none_is_refused() -> None:
    given = case(10, 5, *[60.0] * 10)
    observed = observe(given)
    figures = measures.of_run(given, observed)
    assert (figures["rejected"], figures["dead_lettered"], figures["documents"]) == (0, 0, 10)
    assert measures.waits(observed, live_only=True)[0] < 3
    assert 1 <= float(figures["ratio_to_ideal"]) < 1.1


def test_a_run_in_which_nothing_starts_ends_with_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LONGEST_SECONDS", 3600.0)
    monkeypatch.setattr(pipeline, "start_job", lambda _message, _settings: 1 / 0)
    with pytest.raises(run.StalledError, match="1 jobs of case have not ended"):
        observe(case(1, 5, 1.0))


def test_a_full_quota_is_used_wholly() -> None:
    given = case(5, 50, *[20.0] * 60)
    assert 0.9 < measures.in_use(given, observe(given)) <= 1


@pytest.mark.parametrize(("jobs", "starts", "seconds", "most"), [(5, 2, 3.0, 1.6), (3, 5, 2.0, 2.0)])
def test_a_small_quota_of_short_jobs_stays_in_use_although_its_start_rate_is_found_out(
    jobs: int, starts: float, seconds: float, most: float
) -> None:
    given = case(jobs, starts, *[seconds] * 100, is_rate_told=False)
    figures = measures.of_run(given, observe(given))
    assert float(figures["ratio_to_ideal"]) < most
    assert int(figures["rejected"]) < 20


def test_the_first_document_on_an_idle_system_is_started_at_once_though_sqs_hides_it_from_a_first_look() -> None:
    assert float(measures.of_idle(observe(idle(100)))["first_start_max_seconds"]) < 1.5
