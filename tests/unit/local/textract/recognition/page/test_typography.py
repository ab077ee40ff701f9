import pytest

from local.textract.recognition.page.lines import lines_of
from local.textract.recognition.page.typography import bold_lines, print_size
from tests.unit.local.textract.drawing import Sheet, word, words


@pytest.mark.parametrize(("text", "height"), [("mean", 52), ("Bell", 72), ("grey", 73), ("Gypsy", 93)])
def test_the_size_of_print_is_told_from_the_letters_in_it(text: str, height: float) -> None:
    (line,) = lines_of([word(text, 0, 0, height)])
    assert print_size(line) == pytest.approx(100)


def test_lines_with_broader_strokes_than_usual_are_bold() -> None:
    sheet, placed = Sheet(), []
    for number, width in enumerate((2, 2, 2, 4)):
        placed += words("Illicit", 50, 100 + 60 * number, 24)
        for stroke in range(7):
            left = 55 + 12 * stroke
            sheet.pen.rectangle((left, 102 + 60 * number, left + width - 1, 122 + 60 * number), fill="black")
    lines = lines_of(placed)
    assert bold_lines(sheet.ink(), lines) == {lines[3]}
