"""Makes the small models beside this file: /usr/bin/python3 make_models.py (Debian: python3-onnx)."""
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
OPSETS = [helper.make_opsetid("", 16), helper.make_opsetid("ai.onnx.ml", 1)]

TYPES = {
    "float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE, "float16": TensorProto.FLOAT16,
    "bfloat16": TensorProto.BFLOAT16, "boolean": TensorProto.BOOL, "string": TensorProto.STRING,
    "uint8": TensorProto.UINT8, "uint16": TensorProto.UINT16, "uint32": TensorProto.UINT32, "uint64": TensorProto.UINT64,
    "int8": TensorProto.INT8, "int16": TensorProto.INT16, "int32": TensorProto.INT32, "int64": TensorProto.INT64,
}


def tensor(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name, array):
    return numpy_helper.from_array(numpy.asarray(array), name)


def save(name, nodes, inputs, outputs, initializers=(), opsets=OPSETS, metadata=None):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers))
    model = helper.make_model(graph, opset_imports=opsets, producer_name="bullpen")
    model.ir_version = 8
    model.doc_string = f"Test model {name}."
    if metadata:
        helper.set_model_props(model, metadata)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())


def identities():
    for name, kind in TYPES.items():
        save(f"identity_{name}", [helper.make_node("Identity", ["x"], ["y"])],
             [tensor("x", kind, ["n", "m"])], [tensor("y", kind, ["n", "m"])])
    save("identity_scalar", [helper.make_node("Identity", ["x"], ["y"])],
         [tensor("x", TensorProto.FLOAT, [])], [tensor("y", TensorProto.FLOAT, [])])
    save("two_outputs", [helper.make_node("Neg", ["x"], ["minus"]), helper.make_node("Add", ["x", "z"], ["sum"])],
         [tensor("x", TensorProto.FLOAT, ["n"]), tensor("z", TensorProto.FLOAT, ["n"])],
         [tensor("minus", TensorProto.FLOAT, ["n"]), tensor("sum", TensorProto.FLOAT, ["n"])],
         metadata={"classes": "a,b"})


def zip_maps():
    for name, key, labels in [("string", TensorProto.STRING, {"classlabels_strings": ["cat", "dog", "ox"]}),
                              ("int64", TensorProto.INT64, {"classlabels_int64s": [7, -2, 40]})]:
        scores = onnx.TypeProto()
        scores.sequence_type.elem_type.map_type.key_type = key
        scores.sequence_type.elem_type.map_type.value_type.CopyFrom(helper.make_tensor_type_proto(TensorProto.FLOAT, None))
        save(f"zipmap_{name}", [helper.make_node("ZipMap", ["x"], ["scores"], domain="ai.onnx.ml", **labels)],
             [tensor("x", TensorProto.FLOAT, ["n", 3])], [helper.make_value_info("scores", scores)])


def unsupported():
    sequence = helper.make_sequence_type_proto(helper.make_tensor_type_proto(TensorProto.FLOAT, None))
    save("sequence_output", [helper.make_node("SplitToSequence", ["x"], ["parts"])],
         [tensor("x", TensorProto.FLOAT, ["n"])], [helper.make_value_info("parts", sequence)])
    save("sequence_input", [helper.make_node("ConcatFromSequence", ["parts"], ["y"], axis=0)],
         [helper.make_value_info("parts", sequence)], [tensor("y", TensorProto.FLOAT, None)])
    optional = helper.make_optional_type_proto(helper.make_tensor_type_proto(TensorProto.FLOAT, ["n"]))
    save("optional_output", [helper.make_node("Optional", ["x"], ["maybe"])],
         [tensor("x", TensorProto.FLOAT, ["n"])], [helper.make_value_info("maybe", optional)])
    save("complex_input", [helper.make_node("Identity", ["x"], ["y"])],
         [tensor("x", TensorProto.COMPLEX64, ["n"])], [tensor("y", TensorProto.COMPLEX64, ["n"])])


def broken():
    save("unknown_operator", [helper.make_node("Frobnicate", ["x"], ["y"])],
         [tensor("x", TensorProto.FLOAT, ["n"])], [tensor("y", TensorProto.FLOAT, ["n"])])
    save("future_opset", [helper.make_node("Identity", ["x"], ["y"])],
         [tensor("x", TensorProto.FLOAT, ["n"])], [tensor("y", TensorProto.FLOAT, ["n"])],
         opsets=[helper.make_opsetid("", 999)])
    save("type_error", [helper.make_node("Add", ["x", "z"], ["y"])],
         [tensor("x", TensorProto.FLOAT, ["n"]), tensor("z", TensorProto.INT64, ["n"])],
         [tensor("y", TensorProto.FLOAT, ["n"])])
    weights = constant("w", numpy.ones((4, 4), numpy.float32))
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="absent_weights.bin")
    save("external_data_missing", [helper.make_node("MatMul", ["x", "w"], ["y"])],
         [tensor("x", TensorProto.FLOAT, ["n", 4])], [tensor("y", TensorProto.FLOAT, ["n", 4])], [weights])


def failing_runs():
    save("matmul_2x4", [helper.make_node("MatMul", ["x", "w"], ["y"])],
         [tensor("x", TensorProto.FLOAT, [2, 4])], [tensor("y", TensorProto.FLOAT, [2, 3])],
         [constant("w", numpy.arange(12, dtype=numpy.float32).reshape(4, 3))])
    save("reshape_to_2x2", [helper.make_node("Reshape", ["x", "shape"], ["y"], name="/encoder/Reshape")],
         [tensor("x", TensorProto.FLOAT, ["n"])], [tensor("y", TensorProto.FLOAT, [2, 2])],
         [constant("shape", numpy.array([2, 2], numpy.int64))])


def loop():
    """y = x @ w, as many times as asked for: a run as long as a test wants, that can be ended between two operators."""
    body = helper.make_graph(
        [helper.make_node("Identity", ["condition"], ["goes_on"]), helper.make_node("MatMul", ["state", "w"], ["next"])],
        "body",
        [tensor("iteration", TensorProto.INT64, []), tensor("condition", TensorProto.BOOL, []),
         tensor("state", TensorProto.FLOAT, [32, 32])],
        [tensor("goes_on", TensorProto.BOOL, []), tensor("next", TensorProto.FLOAT, [32, 32])])
    save("loop", [helper.make_node("Loop", ["times", "always", "x"], ["y"], body=body)],
         [tensor("times", TensorProto.INT64, []), tensor("x", TensorProto.FLOAT, [32, 32])],
         [tensor("y", TensorProto.FLOAT, [32, 32])],
         [constant("always", numpy.array(True)), constant("w", numpy.eye(32, dtype=numpy.float32))])


for make in [identities, zip_maps, unsupported, broken, failing_runs, loop]:
    make()
print(f"onnx {onnx.__version__}: {len(list(HERE.glob('*.onnx')))} models")
