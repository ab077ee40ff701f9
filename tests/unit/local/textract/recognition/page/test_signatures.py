from local.textract.recognition.page.lines import lines_of
from local.textract.recognition.page.rules import find_rules
from local.textract.recognition.page.signatures import find_signatures
from tests.unit.local.textract.drawing import Sheet, words


def signatures_on(sheet: Sheet, placed):
    ink = sheet.ink()
    return find_signatures(ink, lines_of(placed), find_rules(ink, placed))


def scrawl(sheet: Sheet, left: int, top: int) -> None:
    points = [(left + 12 * step, top + (0 if step % 2 else 24)) for step in range(10)]
    sheet.pen.line(points, fill="black", width=2)


def test_strokes_beside_a_line_that_asks_for_a_signature_are_one() -> None:
    sheet = Sheet()
    scrawl(sheet, 160, 195)
    sheet.rule(130, 225, 400, 225)
    (found,) = signatures_on(sheet, words("Signature:", 20, 200))
    assert 155 <= found.box.left <= 165
    assert found.confidence < 60


def test_strokes_above_such_a_line_are_one_too() -> None:
    sheet = Sheet()
    scrawl(sheet, 30, 160)
    assert len(signatures_on(sheet, words("Signature", 20, 200))) == 1


def test_an_empty_line_is_not_signed() -> None:
    sheet = Sheet()
    sheet.rule(130, 225, 400, 225)
    assert signatures_on(sheet, words("Signature:", 20, 200)) == []


def test_text_beside_is_no_signature() -> None:
    sheet = Sheet()
    sheet.text(160, 194, "Ada Lovelace", size=28)
    assert signatures_on(sheet, words("Signature:", 20, 200) + words("Ada Lovelace x", 155, 192, 34)) == []


def test_strokes_that_nobody_asked_for_are_none() -> None:
    sheet = Sheet()
    scrawl(sheet, 160, 195)
    assert signatures_on(sheet, words("Drawing:", 20, 200)) == []


def test_specks_and_sentences_about_signing_make_no_signature() -> None:
    sheet = Sheet()
    for number in range(60):
        sheet.pen.point((150 + 4 * number, 190 + number % 7), fill="black")
    assert signatures_on(sheet, words("Signature:", 20, 200)) == []
    scrawl(sheet, 160, 395)
    assert signatures_on(sheet, words("A copy of the signed lease is with us", 20, 400)) == []
