import pytest

from local.textract.recognition.ocr.alphabet import is_known, reader
from local.textract.recognition.ocr.networks import READER, model_file


@pytest.mark.parametrize("text", ["a", "É", "ß", "Œ", "7", " ", "_", "€", "½", "☐", "•", "，", "（", "…", "’", ""])
def test_what_textract_reads_and_what_is_turned_into_it_is_known(text):
    assert is_known(text)


@pytest.mark.parametrize("text", ["中", "Ω", "Ж", "あ", "😀", "→", "∑"])
def test_what_textract_does_not_read_is_not(text):
    assert not is_known(text)


def test_the_network_keeps_the_classes_of_its_alphabet_alone():
    network, alphabet = reader(model_file(READER))
    assert alphabet[0] == ""
    assert alphabet[-1] == " "
    assert {"a", "Z", "0", "é"} <= set(alphabet)
    assert len(alphabet) < 500
    assert len(network) < 0.6 * model_file(READER).stat().st_size
