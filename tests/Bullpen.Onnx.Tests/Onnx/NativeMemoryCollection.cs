namespace Bullpen.Onnx.Tests.Onnx;

/// <summary>Tests that look at the whole process's allocations run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class NativeMemoryCollection
{
    public const string Name = "native memory";
}
