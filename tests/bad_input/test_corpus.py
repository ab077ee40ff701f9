"""The corpus itself: what its files are, and what registration makes of each."""

from collections import Counter

import pytest

from local.textract.exceptions import BadDocumentError
from local.textract.recognition.documents.formats import open_document
from tests.bad_input import pdf
from tests.bad_input.case import Case
from tests.bad_input.corpus import CORPUS
from textract_pipeline.aws.objects import HEAD_BYTES
from textract_pipeline.document import MAX_KEY_BYTES, ObjectHead
from textract_pipeline.errors import DocumentError
from textract_pipeline.registration.accepted_format import accepted_format

REFUSED = [case for case in CORPUS if not case.ending.costs_a_call]
TAKEN = [case for case in CORPUS if case.ending.costs_a_call]


def register(case: Case) -> None:
    body = case.body()
    accepted_format(ObjectHead("etag", len(body), body[:HEAD_BYTES]))


def key(case: Case) -> str:
    return case.key


def test_there_are_at_least_60_cases_each_with_a_key_of_its_own():
    assert len(CORPUS) >= 60
    assert [key for key, times in Counter(case.key for case in CORPUS).items() if times > 1] == []
    assert max(len(case.key.encode()) for case in CORPUS) == MAX_KEY_BYTES


@pytest.mark.parametrize("case", REFUSED, ids=key)
def test_what_can_be_known_to_fail_is_refused_without_a_call(case: Case):
    with pytest.raises(DocumentError) as caught:
        register(case)
    assert caught.value.code is case.ending.code


@pytest.mark.parametrize("case", TAKEN, ids=key)
def test_what_may_be_good_is_left_to_textract(case: Case):
    register(case)


@pytest.mark.parametrize("case", CORPUS, ids=key)
def test_a_file_is_the_same_however_often_it_is_made(case: Case):
    assert case.body() == case.body()


def test_a_pdf_without_pages_is_not_blamed_for_the_password_of_the_one_before():
    with pytest.raises(BadDocumentError, match="password"):
        open_document(pdf.encrypted("secret"))
    with pytest.raises(BadDocumentError, match="no pages"):
        open_document(pdf.with_pages(b"", 0))
