"""The reader's network, cut down to the characters that documents of Textract's have.

The model knows 18,708 characters, most of them Chinese. Textract reads English, French, German, Italian, Portuguese
and Spanish (docs.aws.amazon.com/textract/latest/dg/limits-document.html, 2026-11). What it would never answer is not
worth a quarter of the time that a line takes, nor the mistake.
"""

from pathlib import Path

import onnx
from onnx import numpy_helper

from local.textract.recognition.page.words import plain

LAST_LATIN = 0x17F  # the end of Unicode's block Latin Extended-A, with the accented letters of Europe
SYMBOLS = frozenset("€™•●○▪■◦‣□☐☑☒✓✔◯◎⊙")  # and what stands before an item or an option
METADATA = "character"  # where the file has its characters, a line each


def reader(file: Path) -> tuple[bytes, list[str]]:
    """The network of this file with fewer classes, and what each class stands for; class 0 is a blank."""
    network = onnx.load(file)
    (characters,) = (entry.value.splitlines() for entry in network.metadata_props if entry.key == METADATA)
    alphabet = ["", *characters, " "]
    kept = [number for number, text in enumerate(alphabet) if is_known(text)]
    for tensor in network.graph.initializer:
        if tensor.dims and tensor.dims[-1] == len(alphabet):
            fewer = numpy_helper.to_array(tensor)[..., kept]
            tensor.CopyFrom(numpy_helper.from_array(fewer, tensor.name))
    network.graph.output[0].type.tensor_type.shape.dim[-1].dim_value = len(kept)
    del network.graph.value_info[:]
    return network.SerializeToString(), [alphabet[number] for number in kept]


def is_known(text: str) -> bool:
    """Whether Textract has the character, or the model says it for one that Textract has, as a full-width comma."""
    return text in SYMBOLS or all(ord(letter) <= LAST_LATIN for letter in plain(text))
