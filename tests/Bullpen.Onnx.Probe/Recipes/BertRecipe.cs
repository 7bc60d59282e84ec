namespace Bullpen.Onnx.Probe.Recipes;

/// <summary>
/// An encoder of BERT's architecture with random weights and a head of two classes: int64 ids [batch, sequence] →
/// float32 logits [batch, 2]. Attention, Gelu and the residual sums are written as exporters write them, so that
/// ONNX Runtime has the same to fuse and to pack.
/// </summary>
internal sealed record BertRecipe(int Layers, int Hidden, int FeedForward, int Vocabulary = 30522)
{
    private const int HeadSize = 64;
    private const int Positions = 512;

    /// <summary>415 MiB.</summary>
    public static BertRecipe Base { get; } = new(12, 768, 3072);

    /// <summary>109 MiB.</summary>
    public static BertRecipe Small { get; } = new(4, 512, 2048);

    /// <summary>86 MiB.</summary>
    public static BertRecipe MiniLm { get; } = new(6, 384, 1536);

    public void Write(string path, int seed)
    {
        var graph = new OnnxGraph(seed);
        var x = Embeddings(graph, graph.Input("input_ids", isInt64: true, "batch", "sequence"));
        for (var i = 0; i < Layers; i++) x = Layer(graph, x);
        var first = graph.Node("Gather", [x, graph.Int64(0)], ("axis", 1));
        var pooled = graph.Node("Tanh", [Dense(graph, first, Hidden, Hidden)]);
        graph.Named("Identity", "logits", [Dense(graph, pooled, Hidden, 2)]);
        graph.Output("logits", "batch", 2);
        graph.WriteTo(path);
    }

    private string Embeddings(OnnxGraph graph, string ids)
    {
        var words = graph.Node("Gather", [graph.Weights(0.04f, 0, Vocabulary, Hidden), ids]);
        var length = graph.Node("Gather", [graph.Node("Shape", [ids]), graph.Int64(1)]);
        var places = graph.Node("Range", [graph.Int64(0), length, graph.Int64(1)]);
        var positions = graph.Node("Gather", [graph.Weights(0.04f, 0, Positions, Hidden), places]);
        return Norm(graph, graph.Node("Add", [words, positions]));
    }

    private string Layer(OnnxGraph graph, string x)
    {
        var attended = Dense(graph, Attention(graph, x), Hidden, Hidden);
        x = Norm(graph, graph.Node("Add", [attended, x]));
        var wide = Gelu(graph, Dense(graph, x, Hidden, FeedForward));
        return Norm(graph, graph.Node("Add", [Dense(graph, wide, FeedForward, Hidden), x]));
    }

    private string Attention(OnnxGraph graph, string x)
    {
        var heads = graph.Int64s(0, 0, Hidden / HeadSize, HeadSize);
        var query = graph.Node("Transpose", [graph.Node("Reshape", [Dense(graph, x, Hidden, Hidden), heads])], ("perm", new[] { 0, 2, 1, 3 }));
        var key = graph.Node("Transpose", [graph.Node("Reshape", [Dense(graph, x, Hidden, Hidden), heads])], ("perm", new[] { 0, 2, 3, 1 }));
        var value = graph.Node("Transpose", [graph.Node("Reshape", [Dense(graph, x, Hidden, Hidden), heads])], ("perm", new[] { 0, 2, 1, 3 }));
        var scores = graph.Node("Div", [graph.Node("MatMul", [query, key]), graph.Scalar(MathF.Sqrt(HeadSize))]);
        var mixed = graph.Node("MatMul", [graph.Node("Softmax", [scores], ("axis", -1)), value]);
        var back = graph.Node("Transpose", [mixed], ("perm", new[] { 0, 2, 1, 3 }));
        return graph.Node("Reshape", [back, graph.Int64s(0, 0, Hidden)]);
    }

    private static string Gelu(OnnxGraph graph, string x)
    {
        var erf = graph.Node("Erf", [graph.Node("Div", [x, graph.Scalar(MathF.Sqrt(2))])]);
        var product = graph.Node("Mul", [x, graph.Node("Add", [erf, graph.Scalar(1)])]);
        return graph.Node("Mul", [product, graph.Scalar(0.5f)]);
    }

    private string Norm(OnnxGraph graph, string x) => graph.Node(
        "LayerNormalization", [x, graph.Weights(0.1f, 1, Hidden), graph.Weights(0.1f, 0, Hidden)], ("axis", -1), ("epsilon", 1e-12f));

    private static string Dense(OnnxGraph graph, string x, int from, int to) => graph.Node(
        "Add", [graph.Weights(0.04f, 0, to), graph.Node("MatMul", [x, graph.Weights(0.04f, 0, from, to)])]);
}
