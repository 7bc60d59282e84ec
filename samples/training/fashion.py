"""Makes fashion: which of ten kinds of garment does a picture show?

Trains a small convolutional network on Fashion-MNIST (60,000 pictures of 28 x 28 grey pixels, Debian's dataset-fashion-mnist)
and writes it down as ONNX, together with what makes any picture such a one: grey, shrunk, and inverted where the border is light.

Input:   image          uint8   [height, width, channels]
Outputs: label          string  [1]
         probabilities  float32 [1, 10]

Takes some minutes. Seeds and threads are fixed, so the same machine gives the same weights; another kind of processor sums in
another order and gives slightly different ones.
"""

import base64
import gzip
import io
from pathlib import Path

import numpy as np
import torch
from onnx import TensorProto
from PIL import Image
from torch import nn
from torch.nn import functional

from parts import figures, picture, runtime
from parts.graph import Graph
from parts.places import IMAGES, out

DATA = Path("/usr/share/datasets/fashion-mnist")
CLASSES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
EPOCHS = 12
BATCH = 128
WIDTHS = [(1, 24), (24, 24), None, (24, 48), (48, 48), None, (48, 96)]
"""Convolutions from so many channels to so many; None is a maximum over 2 x 2."""


def load(part: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures uint8 [N, 1, 28, 28] and class numbers [N]; `part` is train or t10k."""
    read = lambda kind, offset: np.frombuffer(gzip.open(DATA / f"{part}-{kind}-ubyte.gz").read(), np.uint8, offset=offset)
    return read("images-idx3", 16).reshape(-1, 1, 28, 28), read("labels-idx1", 8).astype(np.int64)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList(
            nn.MaxPool2d(2)
            if width is None
            else nn.Sequential(nn.Conv2d(*width, 3, padding=1, bias=False), nn.BatchNorm2d(width[1]), nn.ReLU())
            for width in WIDTHS
        )
        self.last = nn.Linear(96, 10)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.last(functional.dropout(x.mean((2, 3)), 0.2, self.training))


def train(pictures: np.ndarray, numbers: np.ndarray) -> Network:
    torch.manual_seed(0)
    torch.set_num_threads(2)
    x, y = torch.tensor(pictures).float() / 255, torch.tensor(numbers)
    network = Network()
    steps = len(x) // BATCH
    optimiser = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.15, total_steps=EPOCHS * steps)
    network.train()
    for epoch in range(EPOCHS):
        order = torch.randperm(len(x))
        for step in range(steps):
            rows = order[step * BATCH : (step + 1) * BATCH]
            loss = functional.cross_entropy(network(moved(x[rows])), y[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        print(f"  epoch {epoch + 1} of {EPOCHS}: loss {loss.item():.3f}", flush=True)
    return network.eval()


def moved(batch: torch.Tensor) -> torch.Tensor:
    """The batch mirrored half of the time and moved by up to two pixels: garments keep their kind."""
    if torch.rand(1) < 0.5:
        batch = batch.flip(3)
    x, y = torch.randint(0, 5, (2,)).tolist()
    return functional.pad(batch, (2, 2, 2, 2))[:, :, y : y + 28, x : x + 28]


def write(network: Network, path: Path) -> None:
    graph = Graph()
    integers = lambda name, *values: graph.constant(name, np.array(values, np.int64))
    x = picture.pixels(graph, (28, 28), 0.0, 1.0, grey=True)

    # The training pictures are light garments on black. Where the first and last rows are light, the picture is the other way.
    top = graph.add("Slice", [x, integers("row0", 0), integers("row1", 1), integers("rax", 2)], "top")
    bottom = graph.add("Slice", [x, integers("row27", 27), integers("row28", 28), "rax"], "bot")
    border = graph.add("ReduceMean", [graph.add("Concat", [top, bottom], "edge", axis=2)], "em", keepdims=1)
    light = graph.add("Greater", [border, graph.constant("t127", np.float32(127))], "light")
    inverted = graph.add("Sub", [graph.constant("w255", np.float32(255)), x], "xi")
    x = graph.add("Div", [graph.add("Where", [light, inverted, x], "xx"), "w255"], "x01")

    for i, block in enumerate(network.blocks):
        if isinstance(block, nn.MaxPool2d):
            x = graph.add("MaxPool", [x], f"p{i}", kernel_shape=[2, 2], strides=[2, 2])
            continue
        # Batch normalisation is linear once trained: it goes into the convolution's weights and bias.
        convolution, norm = block[0], block[1]
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weights = graph.constant(f"w{i}", (convolution.weight * scale[:, None, None, None]).detach().numpy())
        bias = graph.constant(f"b{i}", (norm.bias - norm.running_mean * scale).detach().numpy())
        x = graph.add("Conv", [x, weights, bias], f"c{i}", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        x = graph.add("Relu", [x], f"r{i}")

    x = graph.add("Flatten", [graph.add("GlobalAveragePool", [x], "gap")], "fl", axis=1)
    ow, ob = (graph.constant(name, p.detach().numpy()) for name, p in (("ow", network.last.weight), ("ob", network.last.bias)))
    x = graph.add("Gemm", [x, ow, ob], "lg", transB=1)
    graph.add("Softmax", [x], "probabilities", axis=1)
    graph.label_largest(x, CLASSES)
    graph.save(
        path,
        "fashion",
        [("label", TensorProto.STRING, [1]), ("probabilities", TensorProto.FLOAT, [1, 10])],
        opset=18,
        metadata={"classes": ",".join(CLASSES)},
    )


def as_png(pixels: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()


def evaluate(path: Path) -> None:
    pictures, numbers = load("t10k")
    actual = np.array(CLASSES)[numbers]
    feeds = lambda images: [{"image": np.ascontiguousarray(image)} for image in images]
    labels, scores = runtime.predict(path, feeds(pictures.transpose(0, 2, 3, 1)))
    test = figures.quality("Fashion-MNIST, all test pictures", labels, actual)

    # What a user's picture may look like: dark on white, larger, three channels. 500 of them.
    large = [np.asarray(Image.fromarray(255 - p[0]).resize((280, 280), Image.BICUBIC).convert("RGB")) for p in pictures[:500]]
    changed = figures.quality(
        "The first 500 test pictures, inverted and enlarged to 280 x 280", runtime.predict(path, feeds(large))[0], actual[:500]
    )

    names = ["sneaker.png", "dress.png", "bag.png"]
    known = figures.references(
        names, *runtime.predict(path, feeds([np.asarray(Image.open(IMAGES / n).convert("RGB")) for n in names]))
    )

    # The last 200, as PNG: small enough for the repository.
    rows, says = figures.held_out(
        "The last 200 pictures of Fashion-MNIST's test part, as PNG in base64 (Debian dataset-fashion-mnist)",
        "MIT, Zalando SE",
        [as_png(p[0]) for p in pictures[-200:]],
        actual[-200:],
        labels[-200:],
        drawn_from=test,
    )
    figures.write(
        "fashion",
        {
            "recipe": "fashion.py",
            "versions": figures.versions(debian={"torch": torch.__version__, "dataset-fashion-mnist": "0.0~git20200523.55506a9"}),
            "quality": [test, changed],
            "references": known,
            "heldOut": says,
        },
        rows,
    )


if __name__ == "__main__":
    target = out("fashion") / "model.onnx"
    write(train(*load("train")), target)
    evaluate(target)
