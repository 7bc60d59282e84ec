namespace Bullpen.Onnx.Probe.Recipes;

/// <summary>A small classifier with random weights, 100 KiB: float32 [batch, 64] → float32 scores [batch, 10].</summary>
internal static class MlpRecipe
{
    private const int Features = 64;
    private const int Hidden = 128;
    private const int Classes = 10;

    public static void Write(string path, int seed)
    {
        var graph = new OnnxGraph(seed);
        var x = graph.Input("features", isInt64: false, "batch", Features);
        x = graph.Node("Relu", [Dense(graph, x, Features, Hidden)]);
        x = graph.Node("Relu", [Dense(graph, x, Hidden, Hidden)]);
        graph.Named("Softmax", "scores", [Dense(graph, x, Hidden, Classes)], ("axis", -1));
        graph.Output("scores", "batch", Classes);
        graph.WriteTo(path);
    }

    private static string Dense(OnnxGraph graph, string x, int from, int to) =>
        graph.Node("Add", [graph.Node("MatMul", [x, graph.Weights(1 / MathF.Sqrt(from), 0, from, to)]), graph.Weights(0.1f, 0, to)]);
}
