"""Every row is read once, with constant memory."""

import tracemalloc
from collections import Counter
from random import Random

from cli.backfill.manifest import Row
from cli.backfill.planning.inspection import Outcome
from cli.backfill.planning.survey import Kind, Survey
from textract_pipeline.names import Feature

FEATURES = {"": ["text", "tables"], "letters/": ["text"]}


def surveyed(*rows: Row, sample: int = 10, seed: int = 0) -> tuple[Survey, list[str]]:
    survey = Survey(FEATURES, {"bucket"}, sample, Random(seed))
    return survey, [row.key for row in survey.candidates(rows, lambda *_: None)]


def rows(*keys: str) -> list[Row]:
    return [Row("bucket", key) for key in keys]


def sized(*sizes: int | None) -> list[Row]:
    return [Row("bucket", f"{number}.pdf", size_bytes=size) for number, size in enumerate(sizes)]


def test_what_the_pipeline_wrote_and_what_was_listed_before_are_left_out():
    left_out = []
    survey = Survey(FEATURES, {"bucket"}, 10, Random(0))
    listed = rows("a.pdf", f"a.pdf-analysis/{32 * 'a'}/text.txt", "b.pdf", "a.pdf")
    kept = survey.candidates(listed, lambda row, outcome: left_out.append((row.key, outcome)))
    assert [row.key for row in kept] == ["a.pdf", "b.pdf"]
    assert left_out == [(listed[1].key, Outcome.OUTPUT), ("a.pdf", Outcome.REPEATED)]
    assert survey.left_out == {Outcome.OUTPUT: 1, Outcome.REPEATED: 1}
    assert (survey.objects, survey.to_register) == (4, 2)


def test_a_folder_is_left_out_if_the_manifest_says_that_it_is_empty():
    survey, kept = surveyed(
        Row("bucket", "a/", size_bytes=0), Row("bucket", "b/", size_bytes=9), Row("bucket", "c/"), *sized(0)
    )
    assert kept == ["b/", "c/", "0.pdf"]
    assert survey.left_out == {Outcome.FOLDER: 1}


def test_a_bucket_that_the_pipeline_may_not_read_is_left_out():
    survey, kept = surveyed(Row("other", "a.pdf"), Row("bucket", "a.pdf"))
    assert kept == ["a.pdf"]
    assert survey.left_out == {Outcome.NOT_GRANTED: 1}


def test_versions_of_an_object_are_different_objects():
    versions = [Row("bucket", "a.pdf", version) for version in ("v1", "v2", "v1")]
    assert len(surveyed(*versions)[1]) == 2


def test_objects_are_grouped_by_suffix_in_any_case_and_by_what_is_looked_for():
    survey, _ = surveyed(*rows("a.pdf", "b.PDF", "letters/c.pdf", "d.v1/e", "f", "g.averylongsuffix", "h.tiff"))
    tables, text = (Feature.TEXT, Feature.TABLES), (Feature.TEXT,)
    assert {group.kind: members.objects for group, members in survey.groups.items()} == {
        Kind(".pdf", tables): 2,
        Kind(".pdf", text): 1,
        Kind("", tables): 3,
        Kind(".tiff", tables): 1,
    }


def test_a_kind_is_grouped_by_the_order_of_its_sizes():
    survey, _ = surveyed(*sized(0, 99_999, 100_000, 999_999, 1_000_000, None))
    assert {group.digits: members.objects for group, members in survey.groups.items()} == {5: 2, 6: 2, 7: 1, 0: 1}


def test_where_all_will_be_inspected_sizes_do_not_matter():
    survey, _ = surveyed(*sized(0, 1_000_000, None), sample=0)
    assert [(group.digits, members.objects) for group, members in survey.groups.items()] == [(0, 3)]
    assert survey.sampled == 0


def test_any_number_of_suffixes_makes_few_groups():
    survey, kept = surveyed(*rows(*(f"a.{number}" for number in range(1000))), sample=2)
    assert len(kept) == survey.to_register == 1000
    assert len(survey.groups) <= 61
    assert survey.sampled <= 122


def test_bytes_are_counted_as_far_as_they_are_listed():
    survey, _ = surveyed(*sized(5, 0, None), sample=0)
    (members,) = survey.groups.values()
    assert (members.known_bytes, members.with_known_bytes) == (5, 2)


def test_every_object_has_the_same_chance_to_be_drawn():
    drawn: Counter[str] = Counter()
    for seed in range(600):
        survey, _ = surveyed(*rows(*"abcdefghijklmnopqrst"), sample=5, seed=seed)
        drawn.update(row.key for row in survey.sample())
    assert sum(drawn.values()) == 5 * 600
    assert len(drawn) == 20
    assert all(100 < times < 200 for times in drawn.values())  # 150 expected, with a deviation of 10.6


def test_a_small_group_is_drawn_whole():
    survey, _ = surveyed(*rows("a.pdf", "b.pdf", "c.png"), sample=2)
    assert [row.key for row in survey.sample()] == ["a.pdf", "b.pdf", "c.png"]


def test_memory_stays_the_same_however_many_rows():
    def peak(count: int) -> int:
        survey = Survey(FEATURES, {"bucket"}, 10, Random(0))
        tracemalloc.start()
        for _ in survey.candidates((Row("bucket", f"{number}.pdf") for number in range(count)), lambda *_: None):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(100)
    assert peak(20_000) < peak(1_000) + 20_000
