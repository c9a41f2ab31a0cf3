"""Writes the trained tagger as what the program runs: TARGET.onnx with int8 weights, and TARGET.json.

Word vectors and dense layers are int8 with a scale a row; positions and convolutions are fp16. Dense layers whose names
end with one of EXACT are multiplied in fp32, the others in int8. The CRF's steps, the characters and the vocabulary go
into the JSON file.

    python -m training.export CORPUS FOLDER TARGET [--name fold-0]
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto

from extractors.recognisers.pieces import PAD
from extractors.recognisers.stretches import HEADING, LENGTH
from training.corpus import TAGS, read_corpus
from training.finetune import Trainee, load_trainee
from training.onnx_graph import Array, Graph
from training.tagger import NO_LETTER, PLACES, Tagger

POSITIONS = LENGTH + HEADING + 3  # as many pieces as a stretch, its heading and three marks can have
LIMIT = 63
EXACT = (".narrow", "own", "score")  # what comes into `narrow` has outliers; multiplied in int8 it costs F1 0.03


class _Writer:
    """Writes one tagger into a graph."""

    def __init__(self, tagger: Tagger, limit: int) -> None:
        self.graph = Graph(limit)
        self.state: dict[str, Array] = {name: value.detach().numpy() for name, value in tagger.state_dict().items()}
        self.layers, self.heads = len(tagger.bert.layers), tagger.bert.layers[0].heads
        self.epsilon = float(tagger.bert.embedded.eps)

    def dense(self, name: str, states: str, factor: float = 1.0) -> str:
        weight, bias = self.state[name + ".weight"] * factor, self.state[name + ".bias"] * factor
        exact = name.endswith(EXACT)
        return self.graph.dense(states, name, weight.astype(np.float32), bias.astype(np.float32), exact=exact)

    def normalise(self, name: str, states: str) -> str:
        weight, bias = self.state[name + ".weight"], self.state[name + ".bias"]
        return self.graph.normalise(states, name, weight, bias, self.epsilon)

    def encode(self) -> str:
        """Add the encoder; return the states of the pieces."""
        graph = self.graph
        length = graph.add("Shape", "ids", start=1, end=2)
        table = graph.half("position", self.state["bert.position.weight"][:POSITIONS])
        places = graph.add("Slice", table, graph.whole(0), length, graph.whole(0))
        words = graph.rows("word", self.state["bert.word.weight"], "ids")
        states = self.normalise("bert.embedded", graph.add("Add", words, places))
        empty = graph.add("Equal", "ids", graph.constant("pad", np.array(PAD, np.int64)))
        far, near = graph.constant("far", np.array(-1e4, np.float32)), graph.constant("near", np.array(0, np.float32))
        mask = graph.add("Unsqueeze", graph.add("Where", empty, far, near), graph.whole(1, 2))
        for number in range(self.layers):
            states = self.layer(f"bert.layers.{number}.", states, mask)
        return states

    def layer(self, at: str, states: str, mask: str) -> str:
        """Add one layer of the encoder, its weights named *at*…; return its states."""
        graph = self.graph
        hidden = len(self.state[at + "query.bias"])
        split = graph.whole(0, 0, self.heads, hidden // self.heads)
        shrink = (hidden // self.heads) ** -0.5

        def part(name: str, order: list[int], factor: float = 1.0) -> str:
            made = graph.add("Reshape", self.dense(at + name, states, factor), split)
            return graph.add("Transpose", made, perm=order)

        query, key, value = part("query", [0, 2, 1, 3], shrink), part("key", [0, 2, 3, 1]), part("value", [0, 2, 1, 3])
        weights = graph.add("Softmax", graph.add("Add", graph.add("MatMul", query, key), mask), axis=-1)
        mixed = graph.add("Transpose", graph.add("MatMul", weights, value), perm=[0, 2, 1, 3])
        mixed = graph.add("Reshape", mixed, graph.whole(0, 0, hidden))
        states = self.normalise(at + "attended", graph.add("Add", states, self.dense(at + "output", mixed)))
        wide = graph.add("Gelu", self.dense(at + "widen", states))
        return self.normalise(at + "done", graph.add("Add", states, self.dense(at + "narrow", wide)))

    def score(self, states: str) -> str:
        """Add characters, convolutions and scores behind the states of the pieces; return the scores."""
        graph, state = self.graph, self.state
        states = self.dense("own", states)
        own = graph.add("GatherND", states, graph.add("Unsqueeze", "piece_of", graph.whole(-1)), batch_dims=1)
        letter = graph.add("Gather", graph.half("letter", state["letter.weight"]), "letters")
        place = graph.add("Gather", graph.half("place", state["place.weight"]), "places")
        empty = graph.add("Equal", "letters", graph.constant("no-letter", np.array(NO_LETTER, np.int64)))
        one, none = graph.constant("one", np.array(1, np.float32)), graph.constant("none", np.array(0, np.float32))
        inside = graph.add("Unsqueeze", graph.add("Where", empty, none, one), graph.whole(1))
        features = graph.add("Transpose", graph.add("Concat", own, letter, place, axis=2), perm=[0, 2, 1])
        seen = graph.add("Mul", self.convolve("near", graph.add("Mul", features, inside)), inside)
        seen = graph.add("Add", seen, self.convolve("nearer", seen))
        return self.dense("score", graph.add("Transpose", seen, perm=[0, 2, 1]))

    def convolve(self, name: str, states: str) -> str:
        """Add a convolution over characters and its GELU."""
        weight = self.state[name + ".weight"]
        inputs = (
            states,
            self.graph.half(name + ".w", weight),
            self.graph.constant(name + ".b", self.state[name + ".bias"]),
        )
        return self.graph.add("Gelu", self.graph.add("Conv", *inputs, pads=[weight.shape[2] // 2] * 2))


def build(tagger: Tagger, limit: int) -> onnx.ModelProto:
    """Return the graph of *tagger*: ids, piece_of, letters, places in, scores out."""
    writer = _Writer(tagger, limit)
    result = writer.score(writer.encode())
    sizes = {"ids": "pieces", "piece_of": "letters", "letters": "letters", "places": "letters"}
    inputs = {name: (int(TensorProto.INT64), ["batch", size]) for name, size in sizes.items()}
    return writer.graph.finish(inputs, result, ["batch", "letters", len(TAGS)])


def describe(trainee: Trainee) -> dict[str, object]:
    """Return what the program needs beside the graph."""
    vocabulary, letters = trainee.vocabulary, trainee.letters
    return {
        "tags": list(TAGS),
        "steps": [[round(float(value), 4) for value in row] for row in trainee.tagger.crf.step.detach()],
        "letters": "".join(sorted(letters, key=lambda letter: letters[letter])),
        "places": PLACES,
        "pieces": list(vocabulary.pieces),
        "scores": [round(score, 4) for score in vocabulary.scores],
        "normal": vocabulary.normal,
    }


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--limit", type=int, default=LIMIT, help="the greatest int8 weight; 0: all multiplied in fp32")
    parser.add_argument("--name", default="tagger", help="the weights FOLDER/NAME.pt")
    options = parser.parse_args()
    trainee = load_trainee(options.folder, read_corpus(options.corpus))
    trainee.tagger.load_state_dict(torch.load(options.folder / f"{options.name}.pt", weights_only=True))
    options.target.parent.mkdir(parents=True, exist_ok=True)
    model = build(trainee.tagger.eval(), options.limit)
    options.target.with_suffix(".onnx").write_bytes(model.SerializeToString(deterministic=True))
    content = json.dumps(describe(trainee), ensure_ascii=False, separators=(",", ":"))
    options.target.with_suffix(".json").write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
