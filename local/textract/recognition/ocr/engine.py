"""Read a page's image with RapidOCR's models, or, for load tests, with an instant stand-in."""

import hashlib
import os
import threading
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Protocol

import cv2
import numpy as np

from local.textract.recognition.ocr.detection import Region, find_regions, usual_slope
from local.textract.recognition.ocr.ink import columns_of, ink_of, vertical_span, widest_blank, word_spans
from local.textract.recognition.ocr.line_reader import Character, LineReader
from local.textract.recognition.ocr.networks import DETECTOR, READER, TURN_CLASSIFIER, Model, model_file
from local.textract.recognition.ocr.orientation import is_upside_down, runs_sideways
from local.textract.recognition.page.geometry import Box, GrayImage, PageImage, turned
from local.textract.recognition.page.words import Reading, Word, plain, with_commas, without_form_rules

LEAST_LIKELIHOOD = 0.5  # less likely lines are noise
LEAST_BLANK = 0.33  # line heights; a wider blank may separate words
UNDERSCORE = 0.1  # line heights from an underscore's middle, where it is certainly drawn
LEAST_BLANKS = 4.0  # and as many usual blanks between letters


class OcrEngine(Protocol):
    """Reads the image of a page; thread-safe."""

    def read(self, image: PageImage) -> Reading:
        """All the text on it."""


class RapidOcrEngine:
    """The PP-OCRv6 models of the rapidocr package, offline; loaded with the first page.

    Reads as many pages at a time as there are cores. They share the models' threads and the line readers: a single page
    uses every core, several pages one core each.
    """

    def __init__(self) -> None:
        self._turns = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._loading = threading.Lock()
        self._models: tuple[Model, LineReader, Model] | None = None

    def read(self, image: PageImage) -> Reading:
        """Find the lines, read them, and split them into words."""
        with self._turns:
            detector, reader, classifier = self._loaded()
            quarters = 0
            regions = find_regions(image, detector)
            if runs_sideways(regions):
                quarters, image = 1, turned(image, 1)
                regions = find_regions(image, detector)
            regions.sort(
                key=lambda region: region.width, reverse=True
            )  # so that no long line is left for one core at the end
            crops = [region.crop(image) for region in regions]
            if is_upside_down(crops, classifier):
                quarters += 2
                regions = [region.upside_down(image) for region in regions]
                crops = [turned(crop, 2) for crop in crops]
            lines = reader.read(crops)
        words = [
            word
            for region, crop, line in zip(regions, crops, lines, strict=True)
            if line and np.mean([character.likelihood for character in line]) >= LEAST_LIKELIHOOD
            for word in words_of(region, crop, line)
        ]
        return Reading(tuple(dict.fromkeys(words)), usual_slope(regions), quarters)

    def _loaded(self) -> tuple[Model, LineReader, Model]:
        with self._loading:
            if self._models is None:
                cores = os.cpu_count() or 1
                detector, classifier = (Model(model_file(name), cores) for name in (DETECTOR, TURN_CLASSIFIER))
                self._models = detector, LineReader(model_file(READER)), classifier
            return self._models


class InstantEngine:
    """Reads nothing: instantly returns a small form about the image, always the same for the same pixels."""

    def read(self, image: PageImage) -> Reading:
        """Three fields, `Key: value`, one below the other."""
        height, width = image.shape[:2]
        checksum = hashlib.sha256(image.tobytes()).hexdigest()[:8]
        rows = [("Width:", str(width)), ("Height:", str(height)), ("Checksum:", checksum)]
        words = []
        for number, row in enumerate(rows):
            top = height * (0.1 + 0.1 * number)
            for column, text in enumerate(row):
                left = width * (0.1 + 0.3 * column)
                box = Box(left, top, left + width * 0.25, top + height * 0.05)
                words.append(Word(text, box, 99.0))
        return Reading(tuple(words))


def words_of(region: Region, crop: PageImage, line: list[Character]) -> list[Word]:
    """Split a line at its spaces, and fit each word's box to its ink."""
    ink = ink_of(np.asarray(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), dtype=np.uint8))
    groups = _split_at_blanks(_split_at_spaces(_without_long_rules(line, ink)), ink)
    if not groups:
        return []
    centers = [np.array([character.position for character in group]) * crop.shape[1] for group in groups]
    words = []
    for group, columns in zip(groups, word_spans(ink, centers), strict=True):
        rows = vertical_span(ink, columns)
        confidence = float(np.mean([character.likelihood for character in group])) * 100
        text = with_commas("".join(character.text for character in group))
        words.append(Word(text, region.box_of(columns.start, rows.start, columns.end, rows.end), confidence))
    return words


def _without_long_rules(line: list[Character], ink: GrayImage) -> list[Character]:
    """The line with spaces for underscores that are not in the ink, which has no long rules: those are form rules."""
    height, width = ink.shape
    inked, reach = np.asarray(ink.any(axis=0)), UNDERSCORE * height
    places = [
        slice(max(0, int(each.position * width - reach)), int(each.position * width + reach) + 1) for each in line
    ]
    return [
        Character(" ", each.position, each.likelihood) if each.text == "_" and not inked[place].any() else each
        for each, place in zip(line, places, strict=True)
    ]


def _split_at_spaces(line: list[Character]) -> list[list[Character]]:
    """The line's words, with plain punctuation and without form rules."""
    characters = [
        Character(text, character.position, character.likelihood)
        for character in line
        if (text := plain(character.text))
    ]
    text = without_form_rules("".join(character.text[0] for character in characters))
    groups: list[list[Character]] = []
    for is_blank, group in groupby(zip(text, characters, strict=True), key=lambda pair: pair[0].isspace()):
        if not is_blank:
            groups.append([character for _, character in group])
    return groups


def _split_at_blanks(groups: Sequence[list[Character]], ink: GrayImage) -> list[list[Character]]:
    """The words, split at blanks that are much wider than those between their other letters."""
    width, inked = ink.shape[1], columns_of(ink)
    blanks = [
        [widest_blank(inked, left.position * width, right.position * width) for left, right in pairwise(group)]
        for group in groups
    ]
    every = [blank for within in blanks for blank in within]
    least = max(LEAST_BLANK * ink.shape[0], LEAST_BLANKS * float(np.median(every))) if every else 0.0
    split: list[list[Character]] = []
    for group, within in zip(groups, blanks, strict=True):
        starts = [0, *(number for number, blank in enumerate(within, start=1) if blank > least), len(group)]
        split += [group[start:end] for start, end in pairwise(starts)]
    return split
