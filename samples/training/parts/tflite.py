"""Reading a TensorFlow Lite file: its tensors and operators, as far as a small convolutional network needs.

The format is FlatBuffers with the schema tensorflow/lite/schema/schema.fbs. Without a compiled schema, a field is found by its
number in the schema's table; the numbers are named below.
"""

from dataclasses import dataclass

import flatbuffers.encode
import numpy as np
from flatbuffers import number_types as types
from flatbuffers.table import Table

OPERATORS = {0: "ADD", 2: "CONCATENATION", 3: "CONV_2D", 4: "DEPTHWISE_CONV_2D", 6: "DEQUANTIZE", 22: "RESHAPE"}
ELEMENTS = {0: np.float32, 1: np.float16, 2: np.int32}
# Fields by table: Model, SubGraph, Tensor, Buffer, Operator, OperatorCode.
MODEL_CODES, MODEL_GRAPHS, MODEL_BUFFERS = 1, 2, 4
GRAPH_TENSORS, GRAPH_INPUTS, GRAPH_OUTPUTS, GRAPH_OPERATORS = 0, 1, 2, 3
TENSOR_SHAPE, TENSOR_TYPE, TENSOR_BUFFER = 0, 1, 2
OPERATOR_CODE, OPERATOR_INPUTS, OPERATOR_OUTPUTS, OPERATOR_OPTIONS = 0, 1, 2, 4


class Record:
    """One table; fields by number."""

    def __init__(self, table: Table):
        self.table = table

    def number(self, field: int, kind=types.Int32Flags, default: int = 0) -> int:
        at = self.table.Offset(4 + 2 * field)
        return self.table.Get(kind, at + self.table.Pos) if at else default

    def byte(self, field: int) -> int:
        return self.number(field, types.Int8Flags)

    def record(self, field: int) -> "Record | None":
        at = self.table.Offset(4 + 2 * field)
        return Record(Table(self.table.Bytes, self.table.Indirect(at + self.table.Pos))) if at else None

    def records(self, field: int) -> "list[Record]":
        at = self.table.Offset(4 + 2 * field)
        if not at:
            return []
        start = self.table.Vector(at)
        return [Record(Table(self.table.Bytes, self.table.Indirect(start + 4 * i))) for i in range(self.table.VectorLen(at))]

    def numbers(self, field: int, element=np.int32) -> np.ndarray:
        at = self.table.Offset(4 + 2 * field)
        return (
            np.frombuffer(self.table.Bytes, element, self.table.VectorLen(at), self.table.Vector(at))
            if at
            else np.zeros(0, element)
        )


@dataclass(frozen=True)
class Tensor:
    shape: list[int]
    values: np.ndarray | None
    """None for what is computed."""


@dataclass(frozen=True)
class Operator:
    name: str
    inputs: list[int]
    outputs: list[int]
    options: Record | None


@dataclass(frozen=True)
class Network:
    tensors: list[Tensor]
    operators: list[Operator]
    inputs: list[int]
    outputs: list[int]


def read(data: bytes) -> Network:
    """The file's only graph."""
    root = flatbuffers.encode.Get(types.UOffsetTFlags.packer_type, data, 0)
    model = Record(Table(bytearray(data), root))
    buffers, codes, graph = model.records(MODEL_BUFFERS), model.records(MODEL_CODES), model.records(MODEL_GRAPHS)[0]

    def tensor(record: Record) -> Tensor:
        shape, raw = record.numbers(TENSOR_SHAPE).tolist(), buffers[record.number(TENSOR_BUFFER, types.Uint32Flags)].numbers(
            0, np.uint8
        )
        return Tensor(
            shape, np.frombuffer(raw.tobytes(), ELEMENTS[record.byte(TENSOR_TYPE)]).reshape(shape) if len(raw) else None
        )

    def operator(record: Record) -> Operator:
        code = codes[record.number(OPERATOR_CODE, types.Uint32Flags)]
        # Old files keep the number in a byte, field 0, new ones in field 3; the other one is 0.
        return Operator(
            OPERATORS[max(code.byte(0), code.number(3))],
            record.numbers(OPERATOR_INPUTS).tolist(),
            record.numbers(OPERATOR_OUTPUTS).tolist(),
            record.record(OPERATOR_OPTIONS),
        )

    return Network(
        [tensor(t) for t in graph.records(GRAPH_TENSORS)],
        [operator(o) for o in graph.records(GRAPH_OPERATORS)],
        graph.numbers(GRAPH_INPUTS).tolist(),
        graph.numbers(GRAPH_OUTPUTS).tolist(),
    )
