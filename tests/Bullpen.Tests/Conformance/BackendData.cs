using Bullpen.Core.Tensors;

namespace Bullpen.Tests.Conformance;

/// <summary>A folder of inputs and expected outputs, one <c>TensorProto</c> a file, in the order of the model's.</summary>
internal sealed record BackendData(string Path)
{
    internal IReadOnlyList<Tensor> Inputs => Read("input");

    internal IReadOnlyList<Tensor> Outputs => Read("output");

    private IReadOnlyList<Tensor> Read(string role)
    {
        var tensors = new List<Tensor>();
        while (File.Exists(FileOf(tensors.Count))) tensors.Add(TensorFile.Read(FileOf(tensors.Count)));
        return tensors;

        string FileOf(int at) => System.IO.Path.Combine(Path, $"{role}_{at}.pb");
    }
}
