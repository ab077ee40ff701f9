"""A few of the hostile documents through all that reads documents; `make endurance` takes all of them."""

from pathlib import Path

import pytest

from tests.support.hostile_consumers.consumer import CONSUMERS
from tests.support.hostile_consumers.trial import TEXTRACT, bench, too_much
from tests.support.hostile_documents import HOSTILE

SAMPLE = (
    "pdf/page is its tree's parent",
    "pdf/changed at random",
    "pdf/stream of a table that inflates to 1 GB",
    "pdf/mask of itself",
    "pdf/image that is its own mask",
    "pdf/outline in a circle",
    "png/profile that inflates to 1 GB",
    "jpeg/Exif in a circle",
    "tiff/200,000 pages without tags",
    "tiff/2³² strips",
)


def test_there_are_at_least_fifty_hostile_documents():
    assert len(HOSTILE) >= 50
    assert HOSTILE.keys() >= {*SAMPLE}


@pytest.mark.parametrize("name", SAMPLE)
def test_a_hostile_document_is_the_same_however_often_it_is_made(name: str):
    assert HOSTILE[name]() == HOSTILE[name]()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="measures processes as Linux shows them")
@pytest.mark.parametrize("kinds", [TEXTRACT, CONSUMERS])
def test_a_hostile_document_ends_within_its_limits_and_a_good_one_beside_it_is_not_kept(kinds: tuple[str, ...]):
    with bench(*kinds, engine="instant") as given:
        for kind in kinds:
            consumer = given(kind)
            good = consumer.good()
            trials = [consumer.tried(name, HOSTILE[name]()) for name in SAMPLE]
            assert {trial.name: found for trial in trials if (found := too_much(trial, 1))} == {}
            assert {trial.good_answer for trial in trials} == {good}
