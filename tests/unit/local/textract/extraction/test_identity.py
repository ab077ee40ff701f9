"""The results of AnalyzeID for an analyzed page."""

import pytest

from local.textract.extraction.identity import TYPES, identity_document
from local.textract.extraction.mrz import read_zone
from tests.support.responses import Block, line

FIRST = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"  # the specimen of ICAO Doc 9303
SECOND = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"


def fields(*rows: str) -> dict[str, tuple[str, float]]:
    blocks: list[Block] = [{"BlockType": "PAGE", "Id": "page"}]
    blocks += [line(f"l{number}", text, 0.1, 0.1 + 0.05 * number) for number, text in enumerate(rows)]
    document = identity_document(blocks, 1)  # type: ignore[arg-type]
    return {
        found["Type"]["Text"]: (found["ValueDetection"]["Text"], found["ValueDetection"]["Confidence"])
        for found in document["IdentityDocumentFields"]
    }


def test_a_license_says_what_stands_beside_its_names() -> None:
    found = fields("DRIVER LICENSE", "4d DLN D1234567", "3 DOB 08/31/1978", "4b EXP 08/31/2029", "FN ANNA", "9 CLASS C")
    assert {kind: text for kind, (text, _) in found.items() if text} == {
        "ID_TYPE": "DRIVER LICENSE FRONT",
        "DOCUMENT_NUMBER": "D1234567",
        "DATE_OF_BIRTH": "08/31/1978",
        "EXPIRATION_DATE": "08/31/2029",
        "FIRST_NAME": "ANNA",
        "CLASS": "C",
    }
    assert all(confidence <= 70 for _, confidence in found.values())


def test_every_type_is_there_and_those_not_found_are_empty() -> None:
    found = fields("nothing of the kind")
    assert tuple(found) == TYPES
    assert set(found.values()) == {("", 0.0)}


def test_a_date_is_normalized() -> None:
    blocks: list[Block] = [{"BlockType": "PAGE", "Id": "page"}, line("l", "DOB 08/31/1978", 0.1, 0.1)]
    document = identity_document(blocks, 1)  # type: ignore[arg-type]
    values = {found["Type"]["Text"]: found["ValueDetection"] for found in document["IdentityDocumentFields"]}
    assert values["DATE_OF_BIRTH"]["NormalizedValue"] == {"Value": "1978-08-31T00:00:00", "ValueType": "DATE"}
    assert "NormalizedValue" not in values["EXPIRATION_DATE"]


def test_a_word_that_begins_like_a_name_is_none() -> None:
    assert fields("ENDLESS SUMMER", "CLASSIC CARS", "EXPERIENCE")["CLASS"] == ("", 0.0)


def test_a_passports_zone_says_it_all_and_more_surely() -> None:
    found = fields("PASSPORT", FIRST.replace("<", "< "), SECOND)
    assert found["LAST_NAME"] == ("ERIKSSON", 95.0)
    assert (found["FIRST_NAME"][0], found["MIDDLE_NAME"][0]) == ("ANNA", "MARIA")
    assert found["ID_TYPE"] == ("PASSPORT", 95.0)


@pytest.mark.parametrize(
    ("this_year", "birth", "expiry"), [(2026, "1974-08-12", "2012-04-15"), (2080, "2074-08-12", "2012-04-15")]
)
def test_two_digits_of_a_year_mean_the_last_such_year(this_year: int, birth: str, expiry: str) -> None:
    zone = read_zone([FIRST, SECOND], this_year)
    assert (zone["DATE_OF_BIRTH"], zone["EXPIRATION_DATE"]) == (birth, expiry)


@pytest.mark.parametrize(
    "wrong", [SECOND.replace("7408122", "7408132"), SECOND.replace("L898", "L896"), SECOND[:-1], ""]
)
def test_a_zone_that_does_not_agree_with_its_check_digits_says_nothing(wrong: str) -> None:
    assert read_zone([FIRST, wrong], 2026) == {}
