"""Find everything on a page that the request asks for, feature by feature."""

from collections.abc import Sequence
from dataclasses import dataclass

from local.textract.recognition.fields.field import Field
from local.textract.recognition.fields.form_fields import Drawn, find_fields
from local.textract.recognition.layout import LayoutElement, PageParts, find_layout
from local.textract.recognition.page.figures import find_figures
from local.textract.recognition.page.geometry import Box, PageImage
from local.textract.recognition.page.lines import Line, lines_of
from local.textract.recognition.page.rules import Rules, find_rules, ink_mask
from local.textract.recognition.page.selections import (
    Selection,
    find_selections,
    parted_at_mark,
    stands_alone,
    without_mark,
)
from local.textract.recognition.page.signatures import Signature, find_signatures
from local.textract.recognition.page.typography import bold_lines
from local.textract.recognition.page.words import Word
from local.textract.recognition.queries import Answer, answer
from local.textract.recognition.tables.captions import title_of
from local.textract.recognition.tables.ruled import TOUCHING
from local.textract.recognition.tables.tables import Table, find_boxes, find_tables


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found on a page; features that were not requested are empty."""

    lines: tuple[Line, ...]
    tables: tuple[Table, ...] = ()
    titles: tuple[Line | None, ...] = ()  # of the tables, in their order
    selections: tuple[Selection, ...] = ()
    fields: tuple[Field, ...] = ()
    layout: tuple[LayoutElement, ...] = ()
    signatures: tuple[Signature, ...] = ()
    answers: tuple[Answer | None, ...] = ()  # in the order of the questions


def analyze(
    words: Sequence[Word], image: PageImage, feature_types: frozenset[str], questions: Sequence[str]
) -> Analysis:
    """Find what these FeatureTypes ask for. Tables and checkboxes are always searched: fields depend on them."""
    height, width = image.shape[:2]
    ink = ink_mask(image)
    rules = find_rules(ink, words)
    selections = find_selections(ink, words)
    parted = (part for word in words for part in parted_at_mark(word, selections))
    words = [kept for word in parted if (kept := without_mark(word, selections))]
    tables = find_tables(rules, words, [selection.box for selection in selections if stands_alone(selection, words)])
    lines = lines_of(words, [side for table in tables for side in table.sides()])
    fields = find_fields(lines, tables, selections, _drawn_outside(tables, rules, selections), width)
    layout: list[LayoutElement] = []
    if "LAYOUT" in feature_types:
        in_fields = {word for field in fields for word in (*field.key, *field.value)}
        parts = PageParts(tables, _pictures(image, words, tables, selections), in_fields, bold_lines(ink, lines))
        layout = find_layout(lines, parts, width, height)
    return Analysis(
        lines=tuple(lines),
        tables=tuple(tables) if "TABLES" in feature_types else (),
        titles=tuple(title_of(table, lines) for table in tables) if "TABLES" in feature_types else (),
        selections=tuple(selections) if feature_types & {"TABLES", "FORMS"} else (),
        fields=tuple(fields) if "FORMS" in feature_types else (),
        layout=tuple(layout),
        signatures=tuple(find_signatures(ink, lines, rules)) if "SIGNATURES" in feature_types else (),
        answers=tuple(answer(question, fields, tables) for question in questions),
    )


def _pictures(
    image: PageImage, words: Sequence[Word], tables: Sequence[Table], selections: Sequence[Selection]
) -> tuple[Box, ...]:
    """The figures and other marks on the page besides text, tables, and checkboxes."""
    others = [*(table.box for table in tables), *(each.box for each in selections), *(word.box for word in words)]
    return tuple(find_figures(image, others))


def _drawn_outside(tables: Sequence[Table], rules: Rules, selections: Sequence[Selection]) -> Drawn:
    """The rules and boxes that are not part of a table or checkbox."""
    taken = [table.box.grown(TOUCHING) for table in tables] + [selection.box.grown(1) for selection in selections]
    boxes = [box for box in find_boxes(rules) if not any(area.holds_center_of(box) for area in taken)]
    taken += [box.grown(TOUCHING) for box in boxes]
    free = [rule for rule in rules.horizontal if not any(area.holds_center_of(rule) for area in taken)]
    return Drawn(tuple(free), tuple(boxes))
