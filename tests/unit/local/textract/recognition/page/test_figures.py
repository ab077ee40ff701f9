from local.textract.recognition.page.figures import find_figures
from local.textract.recognition.page.geometry import Box
from tests.unit.local.textract.drawing import Sheet


def test_a_dark_area_that_is_no_text_is_a_figure() -> None:
    sheet = Sheet()
    sheet.pen.ellipse((100, 100, 200, 180), fill="navy")
    (figure,) = find_figures(sheet.pixels(), [])
    assert figure.shared_area(Box(100, 100, 201, 181)) >= 0.95 * figure.area
    assert list(find_figures(sheet.pixels(), [Box(95, 95, 205, 185)])) == []


def test_rules_frames_and_watermarks_are_no_figures() -> None:
    sheet = Sheet()
    sheet.rule(50, 300, 700, 300)
    sheet.pen.rectangle((100, 350, 600, 550), outline="black", width=2)
    sheet.pen.ellipse((100, 100, 200, 180), fill="#dddddd")
    assert list(find_figures(sheet.pixels(), [])) == []
