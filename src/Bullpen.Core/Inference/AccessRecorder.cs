using Bullpen.Core.Access;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Inference;

/// <summary>Takes leases, and records each in the <see cref="AccessLog"/>.</summary>
public sealed class AccessRecorder(ModelManager models, AccessLog log, TimeProvider time)
{
    /// <inheritdoc cref="ModelManager.LeaseAsync"/>
    internal async ValueTask<ModelLease> LeaseAsync(ModelDefinition definition, CancellationToken cancellationToken)
    {
        // Of a broken model not even the name is sure to fit into a line.
        if (definition.Fault is not null) return await models.LeaseAsync(definition, cancellationToken);
        var (at, began) = (time.GetUtcNow(), time.GetTimestamp());
        var leasing = models.LeaseAsync(definition, cancellationToken);
        var outcome = leasing.IsCompletedSuccessfully ? AccessOutcome.Hit : AccessOutcome.Miss;
        try
        {
            var lease = await leasing;
            var wait = outcome == AccessOutcome.Hit ? TimeSpan.Zero : time.GetElapsedTime(began);
            log.Record(new AccessRecord(at, definition.Id, outcome, wait, lease.Model.Bytes, lease.Model.LoadTime));
            return lease;
        }
        catch
        {
            // Its size is in other lines, if it was ever loaded.
            log.Record(new AccessRecord(at, definition.Id, AccessOutcome.Refused, time.GetElapsedTime(began), 0, TimeSpan.Zero));
            throw;
        }
    }
}
