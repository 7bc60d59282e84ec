"""Makes image: what is in a picture, out of 23 everyday things?

Converts the pretrained object detector (SSD MobileNetV2, 300 x 300 pixels, TensorFlow Lite, float16) inside the npm package
@mediapipe/objectron, cut down to the best score of each class over all places. Weights are stored as int8 with one scale per
output channel, which makes the file a quarter of the size. Nothing is trained here.

Input:   image    uint8   [height, width, channels]
Outputs: label    string  [1]
         scores   float32 [1, 23]   independent of each other: they do not add up to 1
"""

import base64
import re
from pathlib import Path

import numpy as np
from onnx import TensorProto, numpy_helper
from PIL import Image

from parts import figures, picture, runtime, tflite
from parts.graph import Graph
from parts.originals import ask
from parts.places import IMAGES, PACKAGES, out

PACKAGE = PACKAGES / "@mediapipe" / "objectron"
SIZE = 300
SMALLEST = 512
"""Weights of fewer numbers stay float."""
EXAMPLES = ["cat.jpg", "coffee.jpg", "astronaut.jpg", "rocket.jpg"]


def unpack() -> tuple[list[str], bytes]:
    """The class names and the TensorFlow Lite file, out of the package's one file of assets; its loader says where they lie."""
    loader = (PACKAGE / "objectron_solution_packed_assets_loader.js").read_text()
    ranges = {
        Path(name).suffix: slice(int(start), int(end))
        for name, start, end in re.findall(r'"filename": "([^"]+)", "start": (\d+), "end": (\d+)', loader)
    }
    assets = (PACKAGE / "objectron_solution_packed_assets.data").read_bytes()
    background, *classes = assets[ranges[".txt"]].decode().split()[:1] + assets[ranges[".txt"]].decode().strip().split("\n")[1:]
    assert background == "???" and len(classes) == 23, "The package has changed its model."
    return classes, assets[ranges[".tflite"]]


class Converter:
    """From TensorFlow Lite's operators, with the axes [N, H, W, C], to ONNX's, with [N, C, H, W]."""

    def __init__(self, network: tflite.Network, graph: Graph):
        self.network, self.graph = network, graph
        self.float16: dict[int, np.ndarray] = {}  # Weights are float16 behind an operator DEQUANTIZE.
        self.flat: set[int] = set()  # What has become a list of boxes: its axes are the original's.

    def convert(self, picture_name: str) -> list[str]:
        """The names of the network's outputs, given that of its picture."""
        self.graph.add("Identity", [picture_name], name(self.network.inputs[0]))
        for number, operator in enumerate(self.network.operators):
            getattr(self, operator.name.lower())(number, operator)
        return [name(i) for i in self.network.outputs]

    def dequantize(self, number: int, operator: tflite.Operator) -> None:
        self.float16[operator.outputs[0]] = self.network.tensors[operator.inputs[0]].values.astype(np.float32)

    def weights(self, tensor: int) -> np.ndarray:
        return self.float16.get(tensor, self.network.tensors[tensor].values)

    def conv_2d(self, number: int, operator: tflite.Operator) -> None:
        # Options: 0 padding, 1 and 2 stride (w, h), 3 activation, 4 and 5 dilation. Weights [O, H, W, I].
        self.convolution(number, operator, self.weights(operator.inputs[1]).transpose(0, 3, 1, 2), groups=1, activation=3)

    def depthwise_conv_2d(self, number: int, operator: tflite.Operator) -> None:
        # Options: 0 padding, 1 and 2 stride, 3 multiplier, 4 activation, 5 and 6 dilation. Weights [1, H, W, O].
        weights = self.weights(operator.inputs[1]).transpose(3, 0, 1, 2)
        self.convolution(number, operator, weights, groups=len(weights), activation=4)

    def convolution(self, number: int, operator: tflite.Operator, weights: np.ndarray, groups: int, activation: int) -> None:
        options = operator.options
        strides = [options.number(2, default=1), options.number(1, default=1)]
        dilations = [options.number(activation + 2, default=1), options.number(activation + 1, default=1)]
        sizes = self.network.tensors[operator.inputs[0]].shape[1:3]
        around = (
            [same_padding(*a) for a in zip(sizes, weights.shape[2:], strides, dilations)]
            if options.byte(0) == 0
            else [(0, 0), (0, 0)]
        )
        inputs = [
            name(operator.inputs[0]),
            self.constant(f"w{number}", weights),
            self.constant(f"b{number}", self.weights(operator.inputs[2])),
        ]
        self.activated(
            operator,
            options.byte(activation),
            "Conv",
            inputs,
            f"conv{number}",
            strides=strides,
            pads=[around[0][0], around[1][0], around[0][1], around[1][1]],
            dilations=dilations,
            group=groups,
            kernel_shape=list(weights.shape[2:]),
        )

    def add(self, number: int, operator: tflite.Operator) -> None:
        self.activated(
            operator,
            operator.options.byte(0) if operator.options else 0,
            "Add",
            [name(i) for i in operator.inputs],
            f"add{number}",
        )

    def reshape(self, number: int, operator: tflite.Operator) -> None:
        x = name(operator.inputs[0])
        if operator.inputs[0] not in self.flat:
            x = self.graph.add("Transpose", [x], f"tr{number}", perm=[0, 2, 3, 1])
        shape = self.constant(f"sh{number}", np.array(self.network.tensors[operator.outputs[0]].shape, np.int64))
        self.graph.add("Reshape", [x, shape], name(operator.outputs[0]))
        self.flat.add(operator.outputs[0])

    def concatenation(self, number: int, operator: tflite.Operator) -> None:
        self.graph.add("Concat", [name(i) for i in operator.inputs], name(operator.outputs[0]), axis=operator.options.number(0))
        self.flat.add(operator.outputs[0])

    def activated(
        self, operator: tflite.Operator, activation: int, kind: str, inputs: list[str], before: str, **attributes
    ) -> None:
        """A node and the activation that TensorFlow Lite makes part of it: 0 none, 3 between 0 and 6."""
        output = name(operator.outputs[0])
        if activation == 0:
            self.graph.add(kind, inputs, output, **attributes)
            return
        assert activation == 3, "This network knows no other activation."
        x = self.graph.add(kind, inputs, before, **attributes)
        if "c0" not in (c.name for c in self.graph.constants):
            self.constant("c0", np.float32([0]))
            self.constant("c6", np.float32([6]))
        self.graph.add("Clip", [x, "c0", "c6"], output)

    def constant(self, constant: str, value: np.ndarray) -> str:
        return self.graph.constant(constant, np.ascontiguousarray(value))


def name(tensor: int) -> str:
    return f"t{tensor}"


def same_padding(size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """What TensorFlow's padding SAME adds before and after: the odd pixel comes after."""
    total = max((-(-size // stride) - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


def stored_as_int8(graph: Graph) -> None:
    """Replaces large float weights by int8 and a scale per output channel; ONNX Runtime multiplies them out once, while loading."""
    constants, first = [], Graph()
    for tensor in graph.constants:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.ndim != 4 or values.size < SMALLEST:
            constants.append(tensor)
            continue
        scale = np.abs(values).max(axis=(1, 2, 3), keepdims=True) / 127
        scale[scale == 0] = 1
        q, s = (
            first.constant(f"{tensor.name}_{kind}", v)
            for kind, v in (("q", np.round(values / scale).astype(np.int8)), ("s", scale.astype(np.float32)))
        )
        first.add("Mul", [first.add("Cast", [q], f"{tensor.name}_f", to=TensorProto.FLOAT), s], tensor.name)
        constants += first.constants[-2:]
    graph.nodes, graph.constants = first.nodes + graph.nodes, constants


def write(path: Path, quantised: bool = True) -> list[str]:
    """Writes the model and gives its classes."""
    classes, file = unpack()
    graph = Graph()
    integers = lambda name, *values: graph.constant(name, np.array(values, np.int64))
    x = picture.pixels(graph, (SIZE, SIZE), 127.5, 1 / 127.5)
    ones = [integers("k1", 1), integers("k24", 24), integers("kax", 1)]
    _, scores = Converter(tflite.read(file), graph).convert(x)  # Boxes are not used: [1, boxes, 24] scores are enough.
    best = graph.add("ReduceMax", [graph.add("Sigmoid", [scores], "sc"), integers("axR", 1)], "mx24", keepdims=0)
    graph.label_largest(graph.add("Slice", [best, *ones], "scores"), classes)  # Without the background, class 0.
    if quantised:
        stored_as_int8(graph)
    graph.save(
        path,
        "image_objects",
        [("label", TensorProto.STRING, [1]), ("scores", TensorProto.FLOAT, [1, len(classes)])],
        opset=18,
        metadata={"classes": ",".join(classes), "task": "image-classification"},
    )
    return classes


def pieces() -> list[np.ndarray]:
    """The sample photographs and overlapping squares of them, at the network's own size, so that neither side has to shrink."""
    found = []
    for file in EXAMPLES:
        photograph = Image.open(IMAGES / file).convert("RGB")
        found.append(photograph)
        for side in (300, 200, 120):
            found += [
                photograph.crop((x, y, x + side, y + side))
                for x in range(0, photograph.width - side, side // 2)
                for y in range(0, photograph.height - side + 1, side // 2)
            ]
    return [np.asarray(piece.resize((SIZE, SIZE), Image.BICUBIC)) for piece in found]


def main() -> None:
    path = out("image") / "model.onnx"
    unquantised = path.with_name("unquantised.onnx")
    classes = write(path)
    write(unquantised, quantised=False)

    pictures = pieces()
    encoded = lambda data: base64.b64encode(data).decode()
    original = np.array(ask("image", {"model": encoded(unpack()[1]), "pictures": [encoded(p.tobytes()) for p in pictures]}))[
        :, 1:
    ]
    best = np.array(classes)[original.argmax(1)]
    compare = lambda what, model, rows: figures.agreement(
        f"{what}, against TensorFlow Lite",
        *(part[rows] for part in (*runtime.predict(model, [{"image": p} for p in pictures]), best, original)),
    )
    everything = np.full(len(pictures), True)
    same = [
        compare("The sample photographs and squares of them, with the original's float16 weights", unquantised, everything),
        compare("The same with int8 weights, as shipped", path, everything),
        compare("The same, only where the original is sure (0.3 or more)", path, original.max(1) >= 0.3),
    ]
    known = figures.references(
        EXAMPLES, *runtime.predict(path, [{"image": np.asarray(Image.open(IMAGES / f).convert("RGB"))} for f in EXAMPLES])
    )
    figures.write(
        "image",
        {
            "recipe": "image.py",
            "versions": figures.versions(["pillow"], ["@mediapipe/objectron", "@tensorflow/tfjs-tflite"]),
            "quality": [],
            "agreement": same,
            "references": known,
        },
    )


if __name__ == "__main__":
    main()
