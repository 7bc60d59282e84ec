using System.Text.RegularExpressions;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;
using Bullpen.Onnx.Graphs;
using Bullpen.Onnx.Probe.Recipes;
using Bullpen.Onnx.Tests.Onnx;
using Bullpen.TestKit;

namespace Bullpen.Onnx.Tests.Graphs;

/// <summary>Weights of sizes that leave what follows them at addresses that kernels for AVX-512 do not survive.</summary>
public sealed class AlignedWeightsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_network_with_weights_of_odd_sizes_runs_from_its_entry_as_from_its_file()
    {
        // 1,000 biases are 4,000 bytes, and stand before the weights of convolutions and of a product.
        var path = _folder.At("model.onnx");
        CnnRecipe.Write(path, seed: 3, narrowing: 8);
        var model = new ModelFile("model", path);
        var made = _folder.Folder("made");
        GraphWriter.MakeAlways(model, made, CancellationToken.None);
        using var original = new OnnxModelRuntime().Load(model);
        using var native = GraphSessions.Entry(Path.Combine(made, GraphEntry.GraphName), CancellationToken.None);
        using var session = new OnnxModelSession(native, SignatureReader.Read(native, "model"), default, model, new MemoryMeter());
        var pixels = new float[3 * 224 * 224];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = i % 255 / 255f;
        var input = TestModels.Floats(new TensorShape(1, 3, 224, 224), pixels);

        var (actual, expected) = (session.Run(input)[0].Value.Values<float>().ToArray(), original.Run(input)[0].Value.Values<float>().ToArray());

        actual.Length.ShouldBe(1000);
        for (var i = 0; i < actual.Length; i++) actual[i].ShouldBe(expected[i], 1e-5);
        session.Dispose();
    }

    [Theory]
    [InlineData("image")]
    [InlineData("expression")]
    [InlineData("language_id")]
    public void Every_offset_in_an_entry_is_a_multiple_of_64(string sample)
    {
        var made = _folder.Folder("made");
        GraphWriter.MakeAlways(TestModels.Sample(sample), made, CancellationToken.None);
        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(made, GraphEntry.GraphName)));

        var offsets = Regex.Matches(text, @"offset\x12.(?<offset>\d+)|\|(?<offset>\d+);\d+;", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
            .Select(match => long.Parse(match.Groups["offset"].ValueSpan)).ToList();

        offsets.Count.ShouldBeGreaterThan(1);
        offsets.ShouldAllBe(offset => offset % 64 == 0);
    }

    [Theory]
    [InlineData("prepacked_0", "key|12;x;0")]
    [InlineData("prepacked_0", "key")]
    [InlineData("prepacked_0", "key|0;999999;0")]
    [InlineData("something", "new")]
    [InlineData("offset", "-1")]
    public void What_is_not_understood_is_refused(string key, string value)
    {
        byte[] Field(int number, params byte[] bytes) => [(byte)(number << 3 | 2), (byte)bytes.Length, .. bytes];
        byte[] Pair(string name, string text) => Field(13, [.. Field(1, System.Text.Encoding.ASCII.GetBytes(name)), .. Field(2, System.Text.Encoding.ASCII.GetBytes(text))]);
        var graph = _folder.Write("graph.onnx", Field(7, Field(5, [.. Pair("location", "weights.bin"), .. Pair("length", "16"), .. Pair(key, value)])));
        var weights = _folder.Write("weights.bin", new byte[64]);

        Should.Throw<InvalidDataException>(() => AlignedWeights.Rewrite(graph, weights));
    }
}
