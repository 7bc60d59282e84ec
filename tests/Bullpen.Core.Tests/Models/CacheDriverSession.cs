using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Tests.Models;

/// <summary>A session of <see cref="CacheDriver"/>: a size, and whether it is gone.</summary>
internal sealed class CacheDriverSession(long bytes) : IModelSession
{
    public ModelSignature Signature { get; } = new() { Inputs = [], Outputs = [] };

    public ModelFootprint Footprint { get; } = new(bytes, 0, IsMeasured: true);

    internal bool IsDisposed { get; private set; }

    public IReadOnlyList<NamedTensor> Run(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, CancellationToken cancellationToken) => [];

    public void Dispose()
    {
        IsDisposed.ShouldBeFalse("a session is disposed twice");
        IsDisposed = true;
    }
}
