"""Which recognisers there are, and where their weights lie."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ontology.errors import WrongUse

if TYPE_CHECKING:  # numpy is not loaded for the mere names
    from extractors.recognisers.opinions import Recogniser

RULES_ALONE, FAST, ACCURATE = "rules", "fast", "accurate"
MODELS = (FAST, ACCURATE, RULES_ALONE)
DEFAULT_MODEL = ACCURATE
WEIGHTS = Path(__file__).parent / "weights"


def weight_files(model: str) -> list[Path]:
    """Return the files that hold what *model* has learned; none for the rules alone. Raises WrongUse."""
    if model not in MODELS:
        raise WrongUse(f"there is no model {model!r}; choose one of {', '.join(MODELS)}")
    return sorted(WEIGHTS.glob(f"{model}[.-]*"))


@cache
def load_recogniser(model: str) -> "Recogniser | None":
    """Return the recogniser *model*, loaded once a process; None for the rules alone.

    Raises WrongUse where there is no such model, or it has not been trained.
    """
    if not weight_files(model):
        if model == RULES_ALONE:
            return None
        raise WrongUse(f"the model {model!r} has no weights here; train it with `make model`, or take {RULES_ALONE!r}")
    if model == ACCURATE:
        from extractors.recognisers.accurate import EncoderRecogniser  # noqa: PLC0415 - onnxruntime only where needed

        return EncoderRecogniser.load(WEIGHTS / model)
    from extractors.recognisers.fast import ConvolutionRecogniser  # noqa: PLC0415

    return ConvolutionRecogniser.load(WEIGHTS / model)
