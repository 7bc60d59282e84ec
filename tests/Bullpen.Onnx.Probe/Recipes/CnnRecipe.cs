namespace Bullpen.Onnx.Probe.Recipes;

/// <summary>
/// A picture classifier with random weights, 20 MiB: float32 [batch, 3, 224, 224] → float32 scores [batch, 1000]. Blocks of
/// convolution, batch normalisation and Relu, which ONNX Runtime fuses and packs.
/// </summary>
internal static class CnnRecipe
{
    private static readonly (int Channels, int Stride)[] Blocks =
        [(32, 2), (64, 2), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)];

    public static void Write(string path, int seed, int narrowing = 1)
    {
        var graph = new OnnxGraph(seed);
        var x = graph.Input("pixels", isInt64: false, "batch", 3, 224, 224);
        var channels = 3;
        foreach (var (to, stride) in Blocks)
        {
            x = Block(graph, x, channels, to / narrowing, stride);
            channels = to / narrowing;
        }

        var pooled = graph.Node("Flatten", [graph.Node("GlobalAveragePool", [x])]);
        var scores = graph.Node("MatMul", [pooled, graph.Weights(0.04f, 0, channels, 1000)]);
        graph.Named("Softmax", "scores", [graph.Node("Add", [scores, graph.Weights(0.04f, 0, 1000)])], ("axis", -1));
        graph.Output("scores", "batch", 1000);
        graph.WriteTo(path);
    }

    private static string Block(OnnxGraph graph, string x, int from, int to, int stride)
    {
        var kernels = graph.Weights(1.7f / MathF.Sqrt(from * 9), 0, to, from, 3, 3);
        var convolved = graph.Node(
            "Conv", [x, kernels], ("kernel_shape", new[] { 3, 3 }), ("strides", new[] { stride, stride }), ("pads", new[] { 1, 1, 1, 1 }));
        var (scale, shift) = (graph.Weights(0.1f, 1, to), graph.Weights(0.1f, 0, to));
        var (mean, variance) = (graph.Weights(0.1f, 0, to), graph.Weights(0.1f, 1, to));
        return graph.Node("Relu", [graph.Node("BatchNormalization", [convolved, scale, shift, mean, variance])]);
    }
}
