using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Tests.Models;

/// <summary>A caller of <see cref="CacheDriver"/> that waits for its lease.</summary>
internal sealed class CacheClient(ModelDefinition definition)
{
    internal ModelDefinition Definition { get; } = definition;

    internal TaskCompletionSource<ModelLease> Waiter { get; } = new();
}
