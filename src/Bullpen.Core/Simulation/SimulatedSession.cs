using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Simulation;

/// <summary>A loaded model of which only the size matters.</summary>
internal sealed class SimulatedSession(long bytes) : IModelSession
{
    private static readonly ModelSignature Nothing = new() { Inputs = [], Outputs = [] };

    public ModelSignature Signature => Nothing;

    public ModelFootprint Footprint => new(bytes, MappedBytes: 0, IsMeasured: true);

    public IReadOnlyList<NamedTensor> Run(IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A simulated model cannot be run.");

    public void Dispose()
    {
    }
}
