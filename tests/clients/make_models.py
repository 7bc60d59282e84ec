"""Writes the models that foreign clients and their examples ask for by name.

Three repositories below the folder that is given: `examples` holds exactly the seven models that the examples of Triton's client count, and
`types` an identity for every datatype, with models that
classify pictures and those of TensorFlow Serving's tutorial, which add halves; `multi` the model of three versions that the tests of Triton's C++ client ask.

    python3 make_models.py FOLDER
"""

import sys
from pathlib import Path

from onnx import TensorProto, checker, helper, save

OPSET = 13

TYPES = {
    "bool": TensorProto.BOOL,
    "uint8": TensorProto.UINT8,
    "uint16": TensorProto.UINT16,
    "uint32": TensorProto.UINT32,
    "uint64": TensorProto.UINT64,
    "int8": TensorProto.INT8,
    "int16": TensorProto.INT16,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    "fp16": TensorProto.FLOAT16,
    "fp32": TensorProto.FLOAT,
    "fp64": TensorProto.DOUBLE,
    "bf16": TensorProto.BFLOAT16,
    "bytes": TensorProto.STRING,
}


def values(name, data_type, shape):
    return helper.make_tensor_value_info(name, data_type, shape)


def write(folder, name, nodes, inputs, outputs, initializers=(), classes=(), version="1"):
    """One model in Triton's layout, NAME/VERSION/model.onnx, checked."""
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = 8
    if classes:
        helper.set_model_props(model, {"classes": ",".join(classes)})
    checker.check_model(model)
    place = folder / name / version
    place.mkdir(parents=True, exist_ok=True)
    save(model, str(place / "model.onnx"))


def sum_and_difference(folder, name, data_type, version="1", operators=("Add", "Sub"), rows=1):
    """OUTPUT0 = INPUT0 + INPUT1, OUTPUT1 = INPUT0 - INPUT1, or as the operators say."""
    shape = [rows, 16]
    write(
        folder,
        name,
        [helper.make_node(operator, ["INPUT0", "INPUT1"], [f"OUTPUT{i}"]) for i, operator in enumerate(operators)],
        [values(x, data_type, shape) for x in ("INPUT0", "INPUT1")],
        [values(x, data_type, shape) for x in ("OUTPUT0", "OUTPUT1")],
        version=version,
    )


def simple(folder):
    """As Triton's own: batches of up to eight."""
    sum_and_difference(folder, "simple", TensorProto.INT32, rows="batch")
    (folder / "simple" / "model.json").write_text('{"maxBatchSize": 8}\n', encoding="utf-8")


def sum_and_difference_of_strings(folder, name):
    """The same, of numbers that are written as strings."""
    nodes = [helper.make_node("Cast", [f"INPUT{i}"], [f"number{i}"], to=TensorProto.INT32) for i in (0, 1)]
    nodes += [helper.make_node("Add", ["number0", "number1"], ["sum"]), helper.make_node("Sub", ["number0", "number1"], ["difference"])]
    nodes += [helper.make_node("Cast", [x], [y], to=TensorProto.STRING) for x, y in (("sum", "OUTPUT0"), ("difference", "OUTPUT1"))]
    shape = [1, 16]
    write(
        folder,
        name,
        nodes,
        [values(x, TensorProto.STRING, shape) for x in ("INPUT0", "INPUT1")],
        [values(x, TensorProto.STRING, shape) for x in ("OUTPUT0", "OUTPUT1")],
    )


def identity(folder, name, data_type, shape):
    write(
        folder,
        name,
        [helper.make_node("Identity", ["INPUT0"], ["OUTPUT0"])],
        [values("INPUT0", data_type, shape)],
        [values("OUTPUT0", data_type, shape)],
    )


def mean_of_colours(folder, name):
    """[3, 224, 224], as pictures are sent, to three scores: how much of each colour there is."""
    write(
        folder,
        name,
        [helper.make_node("ReduceMean", ["data_0"], ["fc6_1"], axes=[1, 2], keepdims=0)],
        [values("data_0", TensorProto.FLOAT, [3, 224, 224])],
        [values("fc6_1", TensorProto.FLOAT, [3])],
        classes=["red", "green", "blue"],
    )


def mean_of_colours_in_batches(folder, name):
    """[batch, height, width, 3], as TensorFlow's pictures are, to three scores for each."""
    write(
        folder,
        name,
        [helper.make_node("ReduceMean", ["picture"], ["scores"], axes=[1, 2], keepdims=0)],
        [values("picture", TensorProto.FLOAT, ["batch", "height", "width", 3])],
        [values("scores", TensorProto.FLOAT, ["batch", 3])],
    )


def half_plus(folder, name, summand):
    """y = x / 2 + summand, a row for each x."""
    write(
        folder,
        name,
        [helper.make_node("Mul", ["x", "half"], ["product"]), helper.make_node("Add", ["product", "summand"], ["y"])],
        [values("x", TensorProto.FLOAT, ["rows"])],
        [values("y", TensorProto.FLOAT, ["rows"])],
        [helper.make_tensor("half", TensorProto.FLOAT, [], [0.5]), helper.make_tensor("summand", TensorProto.FLOAT, [], [summand])],
    )


def main():
    root = Path(sys.argv[1])
    examples = root / "examples"
    simple(examples)
    sum_and_difference(examples, "simple_int8", TensorProto.INT8)
    sum_and_difference(examples, "simple_sequence", TensorProto.INT32)
    sum_and_difference(examples, "simple_dyna_sequence", TensorProto.INT32)
    sum_and_difference_of_strings(examples, "simple_string")
    identity(examples, "simple_identity", TensorProto.STRING, ["rows", 16])
    mean_of_colours(examples, "densenet_onnx")

    types = root / "types"
    for name, data_type in TYPES.items():
        identity(types, f"identity_{name}", data_type, ["rows", "columns"])
    sum_and_difference(types, "simple", TensorProto.INT32)
    mean_of_colours(types, "densenet_onnx")
    mean_of_colours_in_batches(types, "resnet")
    half_plus(types, "half_plus_two", 2.0)
    half_plus(types, "half_plus_three", 3.0)

    multi = root / "multi"
    sum_and_difference(multi, "onnx_int32_int32_int32", TensorProto.INT32)
    for version in ("2", "3"):
        sum_and_difference(multi, "onnx_int32_int32_int32", TensorProto.INT32, version, operators=("Sub", "Add"))
    (multi / "onnx_int32_int32_int32" / "model.json").write_text('{"versions": "all"}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
