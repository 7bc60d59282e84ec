using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Scheduling;

namespace Bullpen.TestKit;

/// <summary>A warm-up that runs the session once for each input, without the input.</summary>
public sealed class FakeWarmUp : IWarmUp
{
    public void Run(ModelDescription model, ModelScheduler scheduler, CancellationToken cancellationToken)
    {
        foreach (var _ in model.Definition.Manifest.WarmUp)
            scheduler.RunAsync((session, token) => session.Run([], ["serial"], token), cancellationToken).GetAwaiter().GetResult();
    }
}
