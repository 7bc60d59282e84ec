using System.Security.Cryptography;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>
/// Leases that clients hold between requests, for batch work: ordinary leases, so that while one lives its model is in use,
/// neither evicted nor unloaded. Management is stronger: where the model is deleted, its files are taken away, or its successor
/// has no room beside it, its leases are revoked. None outlives the server. Safe from any thread.
/// </summary>
public sealed class ClientLeases : IDisposable
{
    private readonly ModelCatalog _catalog;
    private readonly ModelManager _models;
    private readonly ClientLeaseOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HeldLease> _held = new(StringComparer.Ordinal);
    private int _pending;
    private bool _isClosed;

    /// <summary>No leases yet.</summary>
    public ClientLeases(ModelCatalog catalog, ModelManager models, ClientLeaseOptions options, TimeProvider time, ILogger<ClientLeases> log)
    {
        (_catalog, _models, _options, _time, _log) = (catalog, models, options, time, log);
        models.Revoked = Revoke;
    }

    /// <summary>The rule for a time to live, as a noun phrase for messages.</summary>
    public string TtlRule => $"a time such as 5m or 90s, or a number of seconds, at least {Duration.Show(ClientLeaseOptions.Shortest)} and at most {Duration.Show(_options.Longest)} (--max-lease)";

    /// <summary>True for a time to live that is given.</summary>
    public bool Allows(TimeSpan ttl) => ttl >= ClientLeaseOptions.Shortest && ttl <= _options.Longest;

    /// <summary>A lease on a model, once that is in memory: it is loaded where it is not.</summary>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.Overloaded"/>: there are too many leases; otherwise as for a request to the model.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<ClientLease> AcquireAsync(string name, string? version, TimeSpan ttl, CancellationToken cancellationToken)
    {
        RequireAllowed(ttl);
        Enter();
        try
        {
            while (true)
            {
                var definition = _catalog.Resolve(name, version);
                try
                {
                    if (TryKeep(await _models.HoldAsync(definition, cancellationToken), ttl) is { } kept) return kept;
                }
                catch (ServingException e) when (e.Kind == ServingErrorKind.ModelNotFound && !_catalog.IsCurrent(definition))
                {
                    // Replaced since it was resolved: its successor is leased. Where it was deleted instead, resolving says so.
                    continue;
                }
            }
        }
        finally
        {
            lock (_gate) _pending--;
        }
    }

    /// <summary>All of them, the next to expire first.</summary>
    public IReadOnlyList<ClientLease> List()
    {
        lock (_gate)
        {
            return [.. _held.Values.Where(held => !held.IsOver(_time)).Select(held => held.Shown)
                .OrderBy(lease => lease.ExpiresAt).ThenBy(lease => lease.Id, StringComparer.Ordinal)];
        }
    }

    /// <summary>One of them, or null: it never was, has expired, was released or revoked.</summary>
    public ClientLease? Find(string id)
    {
        lock (_gate) return Live_NeedsLock(id)?.Shown;
    }

    /// <summary>Has a lease expire after <paramref name="ttl"/> from now; null as for <see cref="Find"/>.</summary>
    public ClientLease? Renew(string id, TimeSpan ttl)
    {
        RequireAllowed(ttl);
        lock (_gate)
        {
            if (Live_NeedsLock(id) is not { } held) return null;
            held.Stop();
            return Hold_NeedsLock(held.Shown.Id, held.Lease, ttl);
        }
    }

    /// <summary>Returns a lease; false as for <see cref="Find"/>.</summary>
    public bool Release(string id)
    {
        HeldLease? held;
        lock (_gate)
        {
            held = Live_NeedsLock(id);
            if (held is not null) _held.Remove(id);
        }

        held?.Dispose();
        return held is not null;
    }

    /// <summary>Returns all, and gives no more.</summary>
    public void Dispose()
    {
        _models.Revoked = null;
        HeldLease[] all;
        lock (_gate)
        {
            _isClosed = true;
            all = [.. _held.Values];
            _held.Clear();
        }

        foreach (var held in all) held.Dispose();
    }

    private void Enter()
    {
        lock (_gate)
        {
            if (_isClosed) throw ShuttingDown();
            if (_held.Count + _pending >= _options.MostAtOnce)
            {
                throw new ServingException(
                    ServingErrorKind.Overloaded, $"There are {_options.MostAtOnce} leases, the limit. Release one, or wait until one expires.")
                {
                    Field = "leases",
                    Expected = $"at most {_options.MostAtOnce} at once",
                    RetryAfter = _held.Count == 0 ? null : TimeSpan.FromTicks(Math.Max(0, (_held.Values.Min(held => held.Shown.ExpiresAt) - _time.GetUtcNow()).Ticks)),
                };
            }

            _pending++;
        }
    }

    /// <summary>Null where the model was deleted or replaced before the lease could be known to whoever did that.</summary>
    private ClientLease? TryKeep(ModelLease lease, TimeSpan ttl)
    {
        var (isClosed, isCurrent) = (false, true);
        lock (_gate)
        {
            isClosed = _isClosed;
            isCurrent = _catalog.IsCurrent(lease.Model.Definition);
            if (!isClosed && isCurrent) return Hold_NeedsLock(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), lease, ttl);
        }

        lease.Dispose();
        return isClosed ? throw ShuttingDown() : null;
    }

    private ClientLease Hold_NeedsLock(string id, ModelLease lease, TimeSpan ttl)
    {
        var shown = new ClientLease(id, lease.Model.Definition.Id, ttl, _time.GetUtcNow() + ttl);
        var deadline = _time.GetTimestamp() + (long)(ttl.TotalSeconds * _time.TimestampFrequency);
        var held = new HeldLease(shown, lease, deadline);
        _held[id] = held;
        held.StartTimer(_time, End);
        return shown;
    }

    private HeldLease? Live_NeedsLock(string id) => _held.TryGetValue(id, out var held) && !held.IsOver(_time) ? held : null;

    /// <summary>The timer's: of a lease that was renewed or released meanwhile nothing is left to end.</summary>
    private void End(HeldLease held)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue(held.Shown.Id, out var current) || current != held) return;
            _held.Remove(held.Shown.Id);
        }

        held.Dispose();
    }

    /// <summary>Also those on what had its name and version before; not those on what has them now.</summary>
    private void Revoke(ModelDefinition definition)
    {
        List<HeldLease> revoked;
        lock (_gate)
        {
            revoked =
            [
                .. _held.Values.Where(held => held.Shown.Model == definition.Id
                    && (held.Model.Definition == definition || !_catalog.IsCurrent(held.Model.Definition))),
            ];
            foreach (var held in revoked) _held.Remove(held.Shown.Id);
        }

        foreach (var held in revoked) held.Dispose();
        if (revoked.Count > 0) _log.LeasesRevoked(definition.Id, revoked.Count);
    }

    private void RequireAllowed(TimeSpan ttl)
    {
        if (Allows(ttl)) return;
        throw new ServingException(ServingErrorKind.InvalidRequest, $"The field 'ttl' must be {TtlRule}, not {Duration.Show(ttl)}.")
        {
            Field = "ttl",
            Expected = TtlRule,
            Actual = Duration.Show(ttl),
        };
    }

    private static ServingException ShuttingDown() =>
        new(ServingErrorKind.ShuttingDown, "The server is shutting down.") { RetryAfter = TimeSpan.FromSeconds(1) };
}
