using Bullpen.Core.Runtimes;

namespace Bullpen.Onnx.Tests.Onnx;

public sealed class SizeEstimateTests : IDisposable
{
    private const long MiB = 1024 * 1024;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bullpen-size");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(0, 8)]
    [InlineData(1, 8 + 1 + 12)]
    [InlineData(4, 8 + 4 + 48)]
    [InlineData(100, 8 + 100 + 48)]
    public void An_estimate_follows_its_formula(int fileMiB, int estimateMiB) =>
        SizeEstimate.Of(Write("model.onnx", fileMiB)).ShouldBe(estimateMiB * MiB);

    [Fact]
    public void External_weights_count_and_other_models_do_not()
    {
        var model = Write("bert.onnx", 1);
        var alone = SizeEstimate.Of(model);
        Write("bert.onnx.data", 10);
        Write("bert.onnx_data_1", 5);
        Write("bert-large.onnx", 100);
        Write("other.onnx.data", 100);

        SizeEstimate.Of(model).ShouldBe(alone + 15 * MiB);
    }

    [Fact]
    public void A_link_counts_as_what_it_leads_to()
    {
        var model = Write("blob", 4);
        var link = Path.Combine(_folder.FullName, "model.onnx");
        File.CreateSymbolicLink(link, "blob");

        SizeEstimate.Of(new ModelFile("m", link)).ShouldBe(SizeEstimate.Of(model));
    }

    [Fact]
    public void A_missing_file_is_estimated_as_an_empty_one() =>
        SizeEstimate.Of(new ModelFile("gone", Path.Combine(_folder.FullName, "gone.onnx"))).ShouldBe(8 * MiB);

    private ModelFile Write(string name, int mebibytes)
    {
        var path = Path.Combine(_folder.FullName, name);
        using var file = File.Create(path);
        file.SetLength(mebibytes * MiB);
        return new ModelFile("m", path);
    }
}
