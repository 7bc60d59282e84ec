namespace Bullpen.Tests.Protocols.OpenInference;

/// <summary>Tests that measure what the whole process allocates: they run alone.</summary>
[CollectionDefinition(nameof(WholeProcessCollection), DisableParallelization = true)]
public sealed class WholeProcessCollection;
