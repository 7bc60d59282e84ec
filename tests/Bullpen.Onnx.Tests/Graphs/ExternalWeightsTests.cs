using Bullpen.Onnx.Graphs;
using Bullpen.Onnx.Tests.Onnx;
using Bullpen.TestKit;

namespace Bullpen.Onnx.Tests.Graphs;

public sealed class ExternalWeightsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_locations_that_a_model_names_are_found() =>
        ExternalWeights.Of(TestModels.Small("external_data_missing").Path).Count.ShouldBe(1);

    [Theory]
    [InlineData("image")]
    [InlineData("sentiment")]
    [InlineData("penguins")]
    public void A_model_in_one_file_names_none(string name) => ExternalWeights.Of(TestModels.Sample(name).Path).ShouldBeEmpty();

    [Fact]
    public void Locations_are_found_in_attributes_subgraphs_and_functions()
    {
        // Two bytes for each varint, whatever its value.
        byte[] Varint(int value) => [(byte)(value | 0x80), (byte)(value >> 7)];
        byte[] Field(int number, params byte[] value) => [.. Varint(number << 3 | 2), .. Varint(value.Length), .. value];
        byte[] Tensor(char name) => Field(13, [.. Field(1, "location"u8.ToArray()), .. Field(2, (byte)name)]);
        byte[] Node(byte[] attribute) => Field(5, attribute);
        byte[] graph =
        [
            .. Field(5, Tensor('a')),
            .. Field(15, Field(1, Tensor('b'))),
            .. Field(1, Node(Field(5, Tensor('c')))),
            .. Field(1, Node(Field(6, Field(5, Tensor('d'))))),
        ];
        var path = _folder.Write("model.onnx", [.. Field(7, graph), .. Field(25, Field(7, Node(Field(10, Tensor('e')))))]);

        ExternalWeights.Of(path).Order().ShouldBe(["a", "b", "c", "d", "e"]);
    }

    [Fact]
    public void No_garbage_does_more_than_be_refused()
    {
        var random = new Random(1);
        var model = File.ReadAllBytes(TestModels.Small("two_outputs").Path);
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var bytes = model.ToArray();
            for (var flips = random.Next(1, 5); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var path = _folder.Write("model.onnx", bytes.AsSpan(0, random.Next(1, bytes.Length + 1)));
            try
            {
                ExternalWeights.Of(path);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(100);
    }
}
