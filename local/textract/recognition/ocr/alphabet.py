"""The reader's network, reduced to the characters in Textract's languages.

The model knows 18,708 characters, most of them Chinese. Textract reads English, French, German, Italian, Portuguese,
and Spanish (docs.aws.amazon.com/textract/latest/dg/limits-document.html, 2026-11). The other characters would take a
quarter of the time for a line, and cause errors.
"""

from pathlib import Path

import onnx
from onnx import numpy_helper

from local.textract.recognition.page.words import plain

LAST_LATIN = 0x17F  # the end of Unicode's Latin Extended-A block, with Europe's accented letters
SYMBOLS = frozenset("€™•●○▪■◦‣□☐☑☒✓✔◯◎⊙")  # including bullets and checkboxes
METADATA = "character"  # the metadata with the model's characters, one per line


def reader(file: Path) -> tuple[bytes, list[str]]:
    """The network in this file with fewer classes, and the character of each class; class 0 is blank."""
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
    """Whether Textract has the character, or the model uses it for one, such as a full-width comma."""
    return text in SYMBOLS or all(ord(letter) <= LAST_LATIN for letter in plain(text))
