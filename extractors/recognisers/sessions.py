"""Opens ONNX models: on a GPU where onnxruntime finds one, else on the processor."""

from pathlib import Path
from typing import Any

import onnxruntime

_WANTED = ("CUDAExecutionProvider", "CPUExecutionProvider")


def open_session(path: Path, threads: int) -> Any:
    """Return a session of onnxruntime on the model at *path*, with *threads* threads where it runs on the processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    providers = [name for name in _WANTED if name in onnxruntime.get_available_providers()]
    return onnxruntime.InferenceSession(path, options, providers=providers)
