"""What a test can have the local Textract do wrong: faults, delays, jobs that take too long or are forgotten."""

import pytest
from click.testing import CliRunner

from local.textract.api.faults import ERRORS, Fault, Faults, Latency
from local.textract.command import textract as command
from local.textract.exceptions import TextractError, ThrottlingError
from local.textract.recognition.ocr.engine import InstantEngine
from local.textract.recognition.page.geometry import PageImage
from local.textract.recognition.page.words import Reading
from local.textract.recognition.recognizer import Recognizer
from tests.support.textract import document, ended, error_of, start
from tests.unit.local.textract.drawing import Sheet


def failures(knobs: Faults, operation: str, calls: int) -> list[bool]:
    failed = []
    for _ in range(calls):
        try:
            knobs.apply(operation)
            failed.append(False)
        except TextractError:
            failed.append(True)
    return failed


def test_a_fault_has_its_exception_on_the_wire(serve) -> None:
    textract = serve({"faults": (Fault("DetectDocumentText", 1.0, ThrottlingError),)})
    with pytest.raises(textract.exceptions.ThrottlingException, match="Rate exceeded"):
        textract.detect_document_text(Document={"Bytes": document()})
    assert textract.analyze_document(Document={"Bytes": document()}, FeatureTypes=["FORMS"])["Blocks"]


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_every_exception_can_be_a_fault(serve, code: str) -> None:
    textract = serve({"faults": (Fault.parse(f"GetDocumentAnalysis=1:{code}"),)})
    assert error_of(textract.get_document_analysis, JobId="a")[0] == code


def test_a_rate_of_calls_fails_and_the_same_ones_with_the_same_seed() -> None:
    faults = [Fault.parse("AnalyzeID=0.3")]
    once, again = (failures(Faults(faults=faults, seed=7), "AnalyzeID", 1000) for _ in range(2))
    assert once == again != failures(Faults(faults=faults, seed=8), "AnalyzeID", 1000)
    assert sum(once) == pytest.approx(300, abs=60)
    assert not any(failures(Faults(faults=faults), "AnalyzeExpense", 100))


def test_a_latency_is_that_of_its_operation() -> None:
    slept: list[float] = []
    knobs = Faults([Latency.parse("AnalyzeID=0.5"), Latency.parse("0.1")], sleep=slept.append)
    knobs.apply("AnalyzeID")
    knobs.apply("GetDocumentAnalysis")
    assert slept == [0.5, 0.1, 0.1]


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--fault", "AnalyseID=0.1", "AnalyseID is not an operation of Textract: AnalyzeDocument, AnalyzeExpense"),
        ("--fault", "1.5", "'1.5' is not a fault: give RATE (0 to 1), OPERATION=RATE or OPERATION=RATE:EXCEPTION"),
        ("--fault", "0.1:Oops", "Oops is not an exception of Textract: AccessDeniedException, BadDocumentException"),
        ("--latency", "soon", "'soon' is not a latency: give SECONDS, or OPERATION=SECONDS"),
    ],
)
def test_what_a_knob_cannot_mean_is_said_with_what_it_can(option: str, value: str, told: str) -> None:
    result = CliRunner().invoke(command, [option, value])
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.replace("│", " ").split())


def test_recording_needs_a_place_for_the_recordings() -> None:
    result = CliRunner().invoke(command, ["--record"])
    assert (result.exit_code, "--record needs --recordings" in result.stderr) == (2, True)


def test_a_job_that_takes_too_long_fails(serve, put, recognizer, clock, monkeypatch) -> None:
    textract = serve(job_seconds=60)
    recognize = recognizer.blocks

    def take_an_hour(*asked):
        clock.now += 3600
        return recognize(*asked)

    monkeypatch.setattr(recognizer, "blocks", take_an_hour)
    reply = ended(textract.get_document_text_detection, start(textract, put(document(pages=3))))
    assert (reply["JobStatus"], reply["StatusMessage"]) == (
        "FAILED",
        "InternalServerError: The job was given up after 60 s, at page 2",
    )


def test_results_are_kept_for_as_long_as_is_set(serve, put, clock) -> None:
    textract = serve(result_seconds=60)
    job_id = start(textract, put(document()))
    ended(textract.get_document_text_detection, job_id)
    clock.now += 61
    assert error_of(textract.get_document_text_detection, JobId=job_id)[0] == "InvalidJobIdException"


class CountingEngine(InstantEngine):
    def __init__(self) -> None:
        self.pages = 0

    def read(self, image: PageImage) -> Reading:
        self.pages += 1
        return super().read(image)


@pytest.mark.parametrize(("remembered", "read"), [(10, 1), (0, 3)])
def test_what_was_read_on_the_same_pixels_is_remembered_unless_that_is_off(remembered: int, read: int) -> None:
    engine = CountingEngine()
    recognizer = Recognizer(engine, remembered)
    for image_format in ("PNG", "TIFF", "PNG"):
        with recognizer.open(Sheet().file(image_format)) as opened:
            recognizer.blocks(opened, 1, frozenset(), [])
    assert engine.pages == read
