"""Makes expression: which of seven expressions does a picture of one face show?

Converts the pretrained network face_expression of the npm package @vladmandic/face-api (four blocks of separable convolutions)
from its TensorFlow.js weights, which stay bytes with a scale and an offset. Nothing is trained here.

Input:   image          uint8   [height, width, channels]
Outputs: label          string  [1]
         probabilities  float32 [1, 7]
"""

import json
from pathlib import Path

import numpy as np
from onnx import TensorProto
from PIL import Image

from parts import figures, picture, runtime
from parts.graph import Graph
from parts.originals import ask
from parts.places import IMAGES, PACKAGES, out

MODEL = PACKAGES / "@vladmandic" / "face-api" / "model"
CLASSES = ["neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised"]
SIZE = (112, 112)
MEAN = [122.782, 117.001, 104.298]
"""What the original takes from red, green and blue before it divides by 255."""


class Weights:
    """The package's weights, added to a graph as they are asked for."""

    def __init__(self, graph: Graph):
        self.graph, self.stored = graph, {}
        data, at = (MODEL / "face_expression_model.bin").read_bytes(), 0
        for group in json.loads((MODEL / "face_expression_model-weights_manifest.json").read_text()):
            for weight in group["weights"]:
                how = weight.get("quantization")
                values = np.frombuffer(data, np.uint8 if how else np.float32, int(np.prod(weight["shape"])), at)
                at += values.nbytes
                self.stored[weight["name"]] = (values.reshape(weight["shape"]), how)
        assert at == len(data), "The package has changed its model."

    def add(self, name: str, order: tuple) -> str:
        """A weight with its axes in another order. Bytes are turned to numbers by the graph: byte * scale + min."""
        values, how = self.stored[name]
        values, name = np.ascontiguousarray(values.transpose(order)), name.replace("/", "_")
        if not how:
            return self.graph.constant(name, values)
        self.graph.constant(f"{name}_q", values)
        scale, least = self.graph.constant(f"{name}_s", np.float32(how["scale"])), self.graph.constant(
            f"{name}_m", np.float32(how["min"])
        )
        x = self.graph.add("Cast", [f"{name}_q"], f"{name}_c", to=TensorProto.FLOAT)
        return self.graph.add("Add", [self.graph.add("Mul", [x, scale], f"{name}_x"), least], name)

    def channels(self, name: str) -> int:
        return self.stored[name][0].shape[2]


class Network:
    """The nodes of the network; TensorFlow's axes [h, w, in, out] become ONNX's [out, in, h, w]."""

    def __init__(self, graph: Graph):
        self.graph, self.weights, self.made = graph, Weights(graph), 0

    def add(self, operator: str, inputs: list[str], **attributes) -> str:
        self.made += 1
        return self.graph.add(operator, inputs, f"n{self.made}", **attributes)

    def convolution(self, x: str, at: str, stride: int) -> str:
        inputs = [x, self.weights.add(f"{at}/filters", (3, 2, 0, 1)), self.weights.add(f"{at}/bias", (0,))]
        return self.add("Conv", inputs, strides=[stride, stride], auto_pad="SAME_UPPER", kernel_shape=[3, 3])

    def separable(self, x: str, at: str, stride: int) -> str:
        """Each channel by itself over 3 x 3 pixels, then all channels of one pixel together."""
        depthwise = self.weights.add(f"{at}/depthwise_filter", (2, 3, 0, 1))
        x = self.add(
            "Conv",
            [x, depthwise],
            group=self.weights.channels(f"{at}/depthwise_filter"),
            strides=[stride, stride],
            auto_pad="SAME_UPPER",
            kernel_shape=[3, 3],
        )
        return self.add(
            "Conv",
            [x, self.weights.add(f"{at}/pointwise_filter", (3, 2, 0, 1)), self.weights.add(f"{at}/bias", (0,))],
            kernel_shape=[1, 1],
        )

    def block(self, x: str, at: str, first: bool) -> str:
        """Four convolutions, each fed with the sum of all before it."""
        outputs = [self.add("Relu", [self.convolution(x, f"{at}/conv0", 2) if first else self.separable(x, f"{at}/conv0", 2)])]
        x = outputs[0]
        for i in range(1, 4):
            outputs.append(self.separable(x, f"{at}/conv{i}", 1))
            # a + (b + (c + d)), as the original sums.
            total = outputs[-1]
            for output in reversed(outputs[:-1]):
                total = self.add("Add", [output, total])
            x = self.add("Relu", [total])
        return x


def write(path: Path) -> None:
    graph = Graph()
    x = picture.pixels(graph, SIZE, MEAN, 1 / 255.0)
    network = Network(graph)
    for i in range(4):
        x = network.block(x, f"dense{i}", first=i == 0)
    x = network.add("Flatten", [network.add("AveragePool", [x], kernel_shape=[7, 7], strides=[2, 2])], axis=1)
    x = network.add("Gemm", [x, network.weights.add("fc/weights", (0, 1)), network.weights.add("fc/bias", (0,))])
    graph.add("Softmax", [x], "probabilities", axis=1)
    graph.label_largest("probabilities", CLASSES, index=f"n{network.made + 1}")
    graph.save(
        path,
        "face_expression",
        [("label", TensorProto.STRING, [1]), ("probabilities", TensorProto.FLOAT, [1, 7])],
        opset=18,
        metadata={"classes": ",".join(CLASSES)},
    )


def pictures() -> list[np.ndarray]:
    """112 x 112 crops, so that neither side has to shrink: the one face at hand, moved and mirrored, and parts of other pictures.

    Only the first are faces. For the question whether two networks compute the same, any picture serves.
    """
    face = Image.open(IMAGES / "face.png").convert("RGB").resize((128, 128), Image.BICUBIC)
    crops = [face.crop((x, y, x + 112, y + 112)) for x in (0, 8, 16) for y in (0, 8, 16)]
    crops += [crop.transpose(Image.FLIP_LEFT_RIGHT) for crop in crops]
    for name in ("astronaut.jpg", "cat.jpg", "coffee.jpg", "rocket.jpg"):
        image = Image.open(IMAGES / name).convert("RGB")
        crops += [
            image.crop((x, y, x + 112, y + 112))
            for x in range(0, image.width - 112, 112)
            for y in range(0, image.height - 112, 112)
        ]
    return [np.asarray(crop) for crop in crops]


def main() -> None:
    path = out("expression") / "model.onnx"
    write(path)
    crops = pictures()
    labels, scores = runtime.predict(path, [{"image": crop} for crop in crops])
    original = np.array(ask("expression", [crop.ravel().tolist() for crop in crops]))
    same = figures.agreement(
        "18 crops of one face and the other sample pictures in pieces of 112 x 112, against the package's own code",
        labels,
        scores,
        np.array(CLASSES)[original.argmax(1)],
        original,
    )
    known = figures.references(
        ["face.png"], *runtime.predict(path, [{"image": np.asarray(Image.open(IMAGES / "face.png").convert("RGB"))}])
    )
    figures.write(
        "expression",
        {
            "recipe": "expression.py",
            "versions": figures.versions(["pillow"], ["@vladmandic/face-api"]),
            "quality": [],
            "agreement": [same],
            "references": known,
        },
    )


if __name__ == "__main__":
    main()
