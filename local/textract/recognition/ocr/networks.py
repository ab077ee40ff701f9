"""The neural networks, from the files in the rapidocr package."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions  # type: ignore[import-untyped]

from local.textract.recognition.page.geometry import PageImage

DETECTOR = "PP-OCRv6_det_small.onnx"
READER = "PP-OCRv6_rec_small.onnx"
TURN_CLASSIFIER = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"


class Model:
    """One network for many callers, which share its threads. Waiting threads do not spin, so as not to block others."""

    def __init__(self, network: Path | bytes, threads: int) -> None:
        options = SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # plans for each input shape would use more memory with every page
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        source = network if isinstance(network, bytes) else str(network)
        self._session = InferenceSession(source, options, providers=["CPUExecutionProvider"])
        self._input: str = self._session.get_inputs()[0].name

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """The network's output for a batch of images (images × 3 × height × width)."""
        return np.asarray(self._session.run(None, {self._input: batch})[0], dtype=np.float32)


def model_input(image: PageImage) -> NDArray[np.float32]:
    """Convert RGB bytes to what the networks were trained on: blue first, channels first, from -1 to 1."""
    return np.ascontiguousarray(image[:, :, ::-1].transpose(2, 0, 1), dtype=np.float32) / 127.5 - 1


def model_file(name: str) -> Path:
    """The path of a model in the rapidocr package, which is not imported: that takes seconds, and files suffice."""
    package = find_spec("rapidocr")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("The rapidocr package, which has the OCR models, is not installed: run make setup")
    return Path(package.origin).parent / "models" / name
