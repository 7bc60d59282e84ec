using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>
/// Puts what the repository holds now in the place of what the catalogue has. A model in memory is replaced without a gap:
/// its successor is loaded first, then takes over in one step, and the old one leaves with its last request. A successor
/// that cannot be loaded leaves the old one in service, and the listing says why.
/// </summary>
internal sealed class ModelReplacement(ModelCatalog catalog, ModelManager models, ModelCache cache, ILogger log)
{
    /// <summary>Replaces <paramref name="current"/>, unless the catalogue has another object under that name by then.</summary>
    internal async Task<ReplacementOutcome> ReplaceAsync(CatalogModel current, CatalogModel wanted, CancellationToken cancellationToken)
    {
        var next = wanted.Keeping(current);
        if (FaultOf(current, next) is { } fault) return Reject(current, fault);

        var successions = SuccessionsIn(current, next);
        var prepared = new List<ModelLease>();
        try
        {
            foreach (var (successor, incumbent) in successions)
            {
                if (await models.PrepareAsync(successor, incumbent, cancellationToken) is not { } lease)
                {
                    log.GapAccepted(successor.Id);
                    return await TakeOverWithGapAsync(current, next, successor, incumbent, cancellationToken);
                }

                prepared.Add(lease);
            }

            return TakeOver(current, next) ? ReplacementOutcome.Replaced : ReplacementOutcome.Overtaken;
        }
        catch (ServingException e) when (e.Kind == ServingErrorKind.ShuttingDown)
        {
            // That says nothing about the successor.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (ServingException e)
        {
            return Reject(current, e.Message);
        }
        finally
        {
            foreach (var lease in prepared) lease.Dispose();
            foreach (var (successor, incumbent) in successions) models.Decided(successor, incumbent);
        }
    }

    /// <summary>True where a version is in memory, or about to be.</summary>
    internal bool IsInMemory(CatalogModel model) => model.Versions.Any(IsInMemory);

    private bool IsInMemory(ModelDefinition version) => cache.StatusOf(version).State is ModelState.Ready or ModelState.Loading;

    /// <summary>What is known against the next definitions before they are loaded, where the model in memory is worth keeping for it.</summary>
    private string? FaultOf(CatalogModel current, CatalogModel next)
    {
        var resident = current.Versions.Where(IsInMemory).ToList();
        if (resident.Count == 0) return null;
        return next.Fault ?? resident.Select(version => next.Find(version.Id.Version)?.Fault).FirstOrDefault(fault => fault is not null);
    }

    /// <summary>Every new definition that somebody would wait for: of a version in memory, or the new default of a model in memory.</summary>
    private List<(ModelDefinition Successor, ModelDefinition Incumbent)> SuccessionsIn(CatalogModel current, CatalogModel next)
    {
        var successions = new List<(ModelDefinition, ModelDefinition)>();
        foreach (var version in next.Versions.Where(version => version.Fault is null && !current.Versions.Contains(version)))
        {
            var incumbent = current.Find(version.Id.Version);
            if (ReferenceEquals(version, next.Default) && (incumbent is null || !IsInMemory(incumbent))) incumbent = current.Default;
            if (incumbent is not null && IsInMemory(incumbent)) successions.Add((version, incumbent));
        }

        return successions;
    }

    private bool TakeOver(CatalogModel current, CatalogModel next)
    {
        if (ReferenceEquals(current, next))
        {
            // The files are again what the model in service was made of.
            return current.RejectedReplacement is null || catalog.TryReplace(current, current.WithRejected(null));
        }

        if (!catalog.TryReplace(current, next)) return false;
        foreach (var version in current.Versions.Except(next.Versions))
        {
            var successor = next.Find(version.Id.Version);
            if (successor is not null) models.Scale.HandDown(version, successor);
            models.Retire(version, successor);
        }

        log.Replaced(next.Name, next.Default.Url, next.Default.Id.Version);
        return true;
    }

    private async Task<ReplacementOutcome> TakeOverWithGapAsync(
        CatalogModel current, CatalogModel next, ModelDefinition successor, ModelDefinition incumbent, CancellationToken cancellationToken)
    {
        if (!TakeOver(current, next)) return ReplacementOutcome.Overtaken;
        // The incumbent may stay registered, as an older version: it is in the way all the same.
        foreach (var version in current.Versions.Except(next.Versions).Append(incumbent).Distinct()) models.Revoke(version);
        try
        {
            (await models.LeaseAsync(successor, cancellationToken)).Dispose();
        }
        catch (ServingException)
        {
            // The manager has logged it, the listing shows it, and the next request for the model gets it.
            return ReplacementOutcome.Replaced;
        }

        return ReplacementOutcome.Replaced;
    }

    private ReplacementOutcome Reject(CatalogModel current, string reason)
    {
        if (current.RejectedReplacement == reason) return ReplacementOutcome.Rejected;
        if (!catalog.TryReplace(current, current.WithRejected(reason))) return ReplacementOutcome.Overtaken;
        log.ReplacementRejected(current.Name, reason);
        return ReplacementOutcome.Rejected;
    }
}
