"""What every picture model begins with: from a decoded picture of any size to the numbers that its network was trained on.

The server decodes pictures itself and hands over pixels, so the graph's input is uint8 [height, width, channels].
"""

import numpy as np
from onnx import TensorProto

from parts.graph import Graph


def pixels(graph: Graph, size: tuple[int, int], mean, scale, grey: bool = False) -> str:
    """Adds the input `image` and gives a float [1, 3 or 1, height, width] of (pixel - mean) * scale.

    `size` is (height, width); `mean` is one number or one per channel. Grey pictures get three equal channels, a fourth
    channel (transparency) is dropped, and shrinking averages over all pixels (antialias), as picture libraries do.
    """
    integers = lambda name, *values: graph.constant(name, np.array(values, np.int64))
    image = graph.input("image", TensorProto.UINT8, ["height", "width", "channels"])

    # Three copies of the channels one after the other, then the first three: grey becomes g g g, RGBA becomes R G B.
    x = graph.add("Concat", [image, image, image], "px3", axis=2)
    x = graph.add("Slice", [x, integers("s0", 0), integers("s3", 3), integers("ax2", 2)], "px")
    x = graph.add("Cast", [x], "pf", to=TensorProto.FLOAT)
    x = graph.add("Transpose", [x], "chw", perm=[2, 0, 1])
    x = graph.add("Unsqueeze", [x, integers("ax0", 0)], "nchw")
    if grey:
        x = graph.add("ReduceMean", [x, integers("ax1", 1)], "gray", keepdims=1)

    x = graph.add(
        "Resize",
        [x, "", "", integers("rsz", 1, 1 if grey else 3, *size)],
        "rs",
        mode="linear",
        coordinate_transformation_mode="half_pixel",
        antialias=1,
    )
    mean = np.asarray(mean, np.float32)
    x = graph.add("Sub", [x, graph.constant("mean", mean.reshape(-1, 1, 1) if mean.ndim else mean)], "cent")
    return graph.add("Mul", [x, graph.constant("scale", np.float32(scale))], "norm")
