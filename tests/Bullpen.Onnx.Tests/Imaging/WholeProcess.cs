namespace Bullpen.Onnx.Tests.Imaging;

/// <summary>Tests that look at what all of the process does: its memory, its standard error. They run one by one, after the others.</summary>
[CollectionDefinition(nameof(WholeProcess), DisableParallelization = true)]
public sealed class WholeProcess;
