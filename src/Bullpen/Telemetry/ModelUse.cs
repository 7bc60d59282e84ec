using System.Diagnostics.Metrics;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Telemetry;

namespace Bullpen.Telemetry;

/// <summary>
/// Requests and bytes of the most used models, by name and all versions together, the rest as one. What came since the last
/// look goes to the model's own series where it has one and to the rest otherwise, and stays there: so no series ever falls,
/// also when models gain or lose theirs, and their increase is right.
/// </summary>
/// <param name="cache">Which counts.</param>
/// <param name="isKnown">Whether a model of that name is in the catalogue.</param>
/// <param name="most">How many models have series of their own.</param>
internal sealed class ModelUse(ModelCache cache, Func<string, bool> isKnown, int most)
{
    /// <summary>The label of the rest. A model of this name is counted there too.</summary>
    internal const string Rest = "other";

    private readonly Lock _looking = new();
    private readonly Dictionary<string, Use> _models = new(StringComparer.Ordinal);
    private Dictionary<ModelDefinition, long> _seen = [];
    private long _shownOfAll;
    private long _rest;
    private int _looks;

    internal void Observe(Meter meter)
    {
        if (most == 0) return;
        ServingMetrics.ModelRequests.Observe(meter, Requests);
        ServingMetrics.ModelMemory.Observe(meter, Memory);
    }

    internal IReadOnlyList<Measurement<long>> Requests()
    {
        lock (_looking)
        {
            Look();
            return
            [
                .. _models.Where(model => model.Value.IsShown).Select(model => ServingMetrics.ModelRequests.At(model.Key, model.Value.Shown)),
                ServingMetrics.ModelRequests.At(Rest, _rest),
            ];
        }
    }

    internal IReadOnlyList<Measurement<long>> Memory()
    {
        lock (_looking)
        {
            var shown = _models.Where(model => model.Value.IsShown).ToDictionary(model => model.Key, _ => 0L, StringComparer.Ordinal);
            var rest = 0L;
            foreach (var (definition, _, bytes) in cache.Shares())
            {
                if (bytes == 0) continue;
                if (shown.ContainsKey(definition.Id.Name)) shown[definition.Id.Name] += bytes;
                else rest += bytes;
            }

            return [.. shown.Select(model => ServingMetrics.ModelMemory.At(model.Key, model.Value)), ServingMetrics.ModelMemory.At(Rest, rest)];
        }
    }

    private void Look()
    {
        // All first: what comes between the two readings is then the rest's only once all has it too.
        var all = cache.Usage().Leases;
        var shares = cache.Shares();
        var seen = new Dictionary<ModelDefinition, long>(shares.Count);
        _looks++;
        foreach (var (definition, leases, _) in shares)
        {
            seen[definition] = leases;
            var use = Of(definition.Id.Name);
            use.New += Math.Max(0, leases - _seen.GetValueOrDefault(definition));
            use.Look = _looks;
        }

        _seen = seen;
        foreach (var name in _models.Where(model => model.Value.Look < _looks && !isKnown(model.Key)).Select(model => model.Key).ToList())
            _models.Remove(name);
        Choose();
        foreach (var model in _models.Values)
        {
            model.Total += model.New;
            if (model.IsShown)
            {
                model.Shown += model.New;
                _shownOfAll += model.New;
            }

            model.New = 0;
        }

        // With it what models got that are gone since the last look.
        _rest = Math.Max(_rest, all - _shownOfAll);
    }

    private Use Of(string name)
    {
        if (!_models.TryGetValue(name, out var use)) _models[name] = use = new Use(name);
        return use;
    }

    /// <summary>Which models have a series of their own: the most used since the start, those that have one first where it is equal.</summary>
    private void Choose()
    {
        var shown = new PriorityQueue<Use, (long, bool)>(most + 1);
        foreach (var model in _models.Values)
        {
            if (model.Name != Rest) shown.Enqueue(model, (model.Total + model.New, model.IsShown));
            if (shown.Count > most) shown.Dequeue();
        }

        foreach (var model in _models.Values) model.IsShown = false;
        foreach (var (model, _) in shown.UnorderedItems) model.IsShown = true;
    }

    /// <summary>What is kept of one name.</summary>
    private sealed class Use(string name)
    {
        internal string Name { get; } = name;

        /// <summary>Requests since the start.</summary>
        internal long Total { get; set; }

        /// <summary>Requests since the last look.</summary>
        internal long New { get; set; }

        /// <summary>Requests that came while it had a series: that series' value.</summary>
        internal long Shown { get; set; }

        internal bool IsShown { get; set; }

        /// <summary>The last look that found it in the cache.</summary>
        internal int Look { get; set; }
    }
}
