"""Builds samples/models/india/model.onnx: prediction = 2 * action + 3 * david + 1.

The smallest model that takes a table. Its coefficients are chosen, not learnt, so that any answer can be checked by hand.

Inputs:  action, david   int64   [N, 1]   one input per column, as a data frame has them
Output:  prediction      float32 [N, 1]   one number per row

Needs Python 3 and the package onnx, version 1.12 or later (Debian: python3-onnx), and runs from any folder:

    python3 samples/training/india.py [OUTPUT.onnx]

The same onnx and protobuf versions write the same bytes each time.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

COLUMNS = {"action": 2.0, "david": 3.0}
INTERCEPT = 1.0


def build() -> onnx.ModelProto:
    """The checked model."""
    column = lambda name: helper.make_tensor_value_info(name, TensorProto.INT64, ["N", 1])

    # MatMul is not defined for int64 by float32, so each column is cast before they are joined to one [N, 2] matrix.
    nodes = [helper.make_node("Cast", [name], [f"{name}_float"], to=TensorProto.FLOAT) for name in COLUMNS]
    nodes += [
        helper.make_node("Concat", [f"{name}_float" for name in COLUMNS], ["row"], axis=1),
        helper.make_node("MatMul", ["row", "coefficients"], ["weighted"]),
        helper.make_node("Add", ["weighted", "intercept"], ["prediction"]),
    ]
    graph = helper.make_graph(
        nodes,
        name="india",
        inputs=[column(name) for name in COLUMNS],
        outputs=[helper.make_tensor_value_info("prediction", TensorProto.FLOAT, ["N", 1])],
        initializer=[
            numpy_helper.from_array(np.array([[c] for c in COLUMNS.values()], np.float32), "coefficients"),
            numpy_helper.from_array(np.array([INTERCEPT], np.float32), "intercept"),
        ],
        doc_string="prediction = 2 * action + 3 * david + 1",
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="bullpen-samples")
    model.ir_version = 8  # The format version that belongs to opset 17; the library would write its own newest.
    onnx.checker.check_model(model, full_check=True)
    return model


if __name__ == "__main__":
    default = Path(__file__).resolve().parent.parent / "models" / "india" / "model.onnx"
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    target.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(build(), str(target))
    print(f"{target.name}: {target.stat().st_size} bytes")
