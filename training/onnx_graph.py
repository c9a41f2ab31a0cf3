"""Writes ONNX graphs node by node: a value is a name, a method adds a node and returns the name of its result."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[Any]


@dataclass
class Graph:
    """A graph under construction; weights of dense layers go from -`limit` to `limit`, in fp32 where that is 0.

    63 keeps sums within 16 bits on processors that add pairs of products there (AVX2 without VNNI).
    """

    limit: int
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    tensors: dict[str, onnx.TensorProto] = field(default_factory=dict)
    forms: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add a node."""
        name = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, name: str, values: Array) -> str:
        """Add *values* as a tensor, once a name."""
        self.tensors.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def whole(self, *numbers: int) -> str:
        """Add a tensor of whole numbers, a shape for example."""
        return self.constant("whole_" + "_".join(map(str, numbers)), np.array(numbers, np.int64))

    def half(self, name: str, values: Array) -> str:
        """Add *values* in fp16, read back as fp32."""
        return self.add("Cast", self.constant(name, values.astype(np.float16)), to=TensorProto.FLOAT)

    def rows(self, name: str, values: Array, index: str) -> str:
        """Add the rows *index* of a table that is kept in int8 with a scale a row."""
        scales = np.maximum(np.abs(values).max(1, keepdims=True), 1e-8) / 127
        numbers = self.constant(name, np.round(values / scales).astype(np.int8))
        picked = self.add("Cast", self.add("Gather", numbers, index), to=TensorProto.FLOAT)
        return self.add("Mul", picked, self.add("Gather", self.constant(name + ".scale", scales), index))

    def dense(self, states: str, name: str, weight: Array, bias: Array, *, exact: bool = False) -> str:
        """Add a dense layer. Its weights are kept in int8 with a scale a row of outputs.

        An *exact* layer is multiplied in fp32 by those weights; else the activations are rounded to int8, too, with a
        scale that is found anew for each input.
        """
        limit = 127 if exact or not self.limit else self.limit
        scales = np.maximum(np.abs(weight).max(1, keepdims=True), 1e-8) / limit
        numbers = self.constant(name + ".w", np.round(weight / scales).T.astype(np.int8))
        scale_of_rows = self.constant(name + ".scale", scales[:, 0].astype(np.float32))
        if exact or not self.limit:
            table = self.add("Mul", self.add("Cast", numbers, to=TensorProto.FLOAT), scale_of_rows)
            product = self.add("MatMul", states, table)
        else:
            rounded, scale, nought = self.rounded(states)
            whole = self.add("MatMulInteger", rounded, numbers, nought)
            factor = self.add("Mul", scale, scale_of_rows)
            product = self.add("Mul", self.add("Cast", whole, to=TensorProto.FLOAT), factor)
        return self.add("Add", product, self.constant(name + ".b", bias))

    def rounded(self, states: str) -> tuple[str, str, str]:
        """Add the int8 form of *states*, once: the numbers, their scale, their nought."""
        if states not in self.forms:
            names = [f"{states}_{part}" for part in ("int8", "scale", "nought")]
            node = helper.make_node("DynamicQuantizeLinear", [states], names, name=f"{states}_rounding")
            self.nodes.append(node)
            self.forms[states] = (names[0], names[1], names[2])
        return self.forms[states]

    def normalise(self, states: str, name: str, weight: Array, bias: Array, epsilon: float) -> str:
        """Add a layer normalisation."""
        scale, shift = self.constant(name + ".w", weight), self.constant(name + ".b", bias)
        return self.add("LayerNormalization", states, scale, shift, axis=-1, epsilon=epsilon)

    def finish(self, inputs: dict[str, tuple[int, list[str]]], result: str, shape: list[str | int]) -> onnx.ModelProto:
        """Return the model; *inputs* gives kind and shape of each input, *result* becomes the output `scores`."""
        self.nodes.append(helper.make_node("Identity", [result], ["scores"]))
        entries = [helper.make_tensor_value_info(name, kind, size) for name, (kind, size) in inputs.items()]
        output = helper.make_tensor_value_info("scores", TensorProto.FLOAT, shape)
        made = helper.make_graph(self.nodes, "recogniser", entries, [output], list(self.tensors.values()))
        model = helper.make_model(
            made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9, producer_name="policykg"
        )
        onnx.checker.check_model(model)
        return model
