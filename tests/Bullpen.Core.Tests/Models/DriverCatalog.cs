using Bullpen.Core.Repository;

namespace Bullpen.Core.Tests.Models;

/// <summary>What is registered around the cache that <see cref="CacheDriver"/> plays with: a few names, each with its latest definition.</summary>
/// <param name="defined">Told of each definition that is made.</param>
internal sealed class DriverCatalog(Action<ModelDefinition> defined)
{
    private const int Pinned = 5;

    private static readonly string[] Names = ["a", "b", "c", "d", "e", "pinned"];

    private readonly ModelDefinition[] _latest = new ModelDefinition[Names.Length];
    private readonly HashSet<ModelDefinition> _registered = [];

    /// <summary>How many names there are.</summary>
    internal static int Count => Names.Length;

    /// <summary>A name's latest definition, registered or no longer.</summary>
    internal ModelDefinition this[int name] => _latest[name];

    internal bool Has(ModelDefinition definition) => _registered.Contains(definition);

    /// <summary>Registers a name anew where it is not registered.</summary>
    internal void Register(int name)
    {
        if (_latest[name] is { } known && _registered.Contains(known)) return;
        _latest[name] = Define(name);
        _registered.Add(_latest[name]);
    }

    internal bool Unregister(ModelDefinition definition) => _registered.Remove(definition);

    /// <summary>Exchanges the one for the other, where the one is registered.</summary>
    internal bool TryReplace(int name, ModelDefinition incumbent, ModelDefinition successor)
    {
        if (!_registered.Remove(incumbent)) return false;
        _registered.Add(successor);
        _latest[name] = successor;
        return true;
    }

    /// <summary>A definition of a name, not registered.</summary>
    internal ModelDefinition Define(int name)
    {
        var definition = new ModelDefinition
        {
            Id = new ModelId(Names[name], ModelId.FirstVersion),
            Path = "",
            Url = Names[name],
            Origin = ModelOrigin.Repository,
            // Two of each priority; the last is pinned.
            Manifest = new ModelManifest { Pin = name == Pinned, Priority = (name % 3) - 1 },
        };
        defined(definition);
        return definition;
    }
}
