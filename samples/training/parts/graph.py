"""Putting nodes together to an ONNX model that carries its class names."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

IR_VERSIONS = {17: 8, 18: 8, 20: 9}
"""The file format version that belongs to an opset; the library would write its own newest."""


class Graph:
    """Nodes, constants and inputs of a graph that grows from its input to its output."""

    def __init__(self):
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, element: int, dims: list) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, element, dims))
        return name

    def constant(self, name: str, value) -> str:
        """Adds a constant of the value's own element type (NumPy's), under this name."""
        self.constants.append(numpy_helper.from_array(np.array(value), name))
        return name

    def strings(self, name: str, values: list[str]) -> str:
        self.constants.append(helper.make_tensor(name, TensorProto.STRING, [len(values)], [v.encode() for v in values]))
        return name

    def add(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes) -> str:
        """Adds a node with one output and gives the output's name."""
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain or None, **attributes))
        return output

    def label_largest(self, scores: str, classes: list[str], index: str = "ai") -> None:
        """Adds the output `label` [N]: the name of the class with the largest of `scores` [N, C]."""
        self.add("ArgMax", [scores], index, axis=1, keepdims=0)
        self.add(
            "LabelEncoder",
            [index],
            "label",
            domain="ai.onnx.ml",
            keys_int64s=list(range(len(classes))),
            values_strings=list(classes),
            default_string="?",
        )

    def save(
        self,
        path: Path,
        name: str,
        outputs: list,
        opset: int,
        metadata: dict[str, str],
        domains: dict[str, int] | None = None,
        producer: str | None = None,
    ) -> None:
        """Writes the model. `outputs` are (name, element, dims); `domains` the operator sets besides ONNX's own two."""
        graph = helper.make_graph(
            self.nodes, name, self.inputs, [helper.make_tensor_value_info(*o) for o in outputs], self.constants
        )
        opsets = [helper.make_opsetid(d, v) for d, v in {"": opset, "ai.onnx.ml": 3, **(domains or {})}.items()]
        model = helper.make_model(graph, opset_imports=opsets, **({"producer_name": producer} if producer else {}))
        model.ir_version = IR_VERSIONS[opset]
        helper.set_model_props(model, metadata)
        onnx.save(model, str(path))
