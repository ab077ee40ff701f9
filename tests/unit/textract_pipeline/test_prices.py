"""The price of each set of features."""

import pytest

from textract_pipeline.names import Feature
from textract_pipeline.prices import batch_operations_fee, charged, price

TEXT, FORMS, TABLES, LAYOUT, SIGNATURES, QUERIES = Feature


@pytest.mark.parametrize(
    ("features", "billed"),
    [
        ((), {TEXT}),
        ((TEXT,), {TEXT}),
        ((TEXT, FORMS), {FORMS}),
        ((TEXT, FORMS, TABLES), {FORMS, TABLES}),
        ((TABLES, LAYOUT), {TABLES}),
        ((FORMS, LAYOUT), {FORMS, LAYOUT}),
        ((LAYOUT,), {LAYOUT}),
        ((SIGNATURES,), {SIGNATURES}),
        ((TEXT, SIGNATURES), {SIGNATURES}),
        ((SIGNATURES, LAYOUT), {LAYOUT}),
        ((SIGNATURES, QUERIES), {QUERIES}),
        (tuple(Feature), {FORMS, TABLES, QUERIES}),
    ],
)
def test_text_layout_and_signatures_are_free_beside_what_includes_them(features, billed):
    assert set(charged(features)) == billed


def test_a_price_is_by_page_and_by_charged_feature():
    assert price((TEXT, FORMS, TABLES), 1000) == pytest.approx(65)
    assert price((TEXT,), 1000) == pytest.approx(1.5)


def test_other_prices_may_be_agreed():
    assert price((TEXT, TABLES), 10, {TEXT: 1, TABLES: 2}) == 20


def test_batch_operations_takes_a_fee_for_the_job_and_one_for_its_objects():
    assert batch_operations_fee(0) == 0.25
    assert batch_operations_fee(2_000_000) == pytest.approx(2.25)
