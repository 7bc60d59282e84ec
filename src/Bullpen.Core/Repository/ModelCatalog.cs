using System.Collections.Immutable;

namespace Bullpen.Core.Repository;

/// <summary>
/// Every known model by name. Safe from any thread: a reader takes the current immutable snapshot and no lock, writers
/// replace the snapshot one after the other.
/// </summary>
public sealed class ModelCatalog
{
    private const int MaxSuggestions = 5;

    private readonly Lock _writing = new();
    private volatile Snapshot _snapshot = new(ImmutableDictionary.Create<string, CatalogModel>(StringComparer.Ordinal));

    /// <summary>How many models are known, broken ones included.</summary>
    public int Count => _snapshot.Models.Count;

    /// <summary>The model of that name, or null.</summary>
    public CatalogModel? Find(string name) => _snapshot.Models.GetValueOrDefault(name);

    /// <summary>The model of that name, broken or not.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelNotFound"/> with near names as suggestions.</exception>
    public CatalogModel Get(string name) => Find(name) ?? throw NotFound(_snapshot, name, version: null);

    /// <summary>The definition that a request for a model gets.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="version">The version asked for; null or empty for the default.</param>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.ModelNotFound"/> with near names as suggestions (near versions, where only the version is
    /// unknown); <see cref="ServingErrorKind.InvalidModel"/> where the entry is known to be broken.
    /// </exception>
    public ModelDefinition Resolve(string name, string? version = null)
    {
        var snapshot = _snapshot;
        if (!snapshot.Models.TryGetValue(name, out var model))
            throw NotFound(snapshot, name, version);

        var definition = string.IsNullOrEmpty(version) ? model.Default : model.Find(version) ?? throw VersionNotFound(model, version);
        return definition.Fault is null
            ? definition
            : throw new ServingException(ServingErrorKind.InvalidModel, definition.Fault) { Model = definition.Id.Name };
    }

    /// <summary>Adds a model unless one of that name is known.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelAlreadyRegistered"/>.</exception>
    public void Register(CatalogModel model)
    {
        if (!TryRegister(model))
            throw AlreadyRegistered(model.Name);
    }

    /// <summary>Adds a model unless one of that name is known; false where one is.</summary>
    public bool TryRegister(CatalogModel model)
    {
        lock (_writing)
        {
            if (_snapshot.Models.ContainsKey(model.Name))
                return false;
            _snapshot = new Snapshot(_snapshot.Models.Add(model.Name, model));
            return true;
        }
    }

    /// <summary>
    /// Puts a model in the place of exactly the one that is given: false where another one, or none, has its name by now.
    /// </summary>
    public bool TryReplace(CatalogModel current, CatalogModel next)
    {
        lock (_writing)
        {
            if (!ReferenceEquals(Find(current.Name), current))
                return false;
            _snapshot = new Snapshot(_snapshot.Models.SetItem(current.Name, next));
            return true;
        }
    }

    /// <summary>Adds all of <paramref name="models"/> in one step, or none.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelAlreadyRegistered"/> for the first name that is known or comes twice.</exception>
    public void RegisterAll(IEnumerable<CatalogModel> models)
    {
        lock (_writing)
        {
            var all = _snapshot.Models.ToBuilder();
            foreach (var model in models)
            {
                if (!all.TryAdd(model.Name, model))
                    throw AlreadyRegistered(model.Name);
            }

            _snapshot = new Snapshot(all.ToImmutable());
        }
    }

    /// <summary>Forgets a model, all its versions.</summary>
    /// <returns>The model that was removed.</returns>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.ModelNotFound"/> with near names as suggestions.</exception>
    public CatalogModel Remove(string name)
    {
        lock (_writing)
        {
            if (_snapshot.Models.TryGetValue(name, out var model))
            {
                _snapshot = new Snapshot(_snapshot.Models.Remove(name));
                return model;
            }
        }

        throw NotFound(_snapshot, name, version: null);
    }

    /// <summary>
    /// Forgets this model, whatever its default and versions are by now: false where another registration, or none, has its
    /// name. So a registration that fails later takes back only its own entry.
    /// </summary>
    public bool Remove(CatalogModel model)
    {
        lock (_writing)
        {
            if (!IsRegistered(model))
                return false;
            _snapshot = new Snapshot(_snapshot.Models.Remove(model.Name));
            return true;
        }
    }

    /// <summary>Forgets exactly the object that is given: false where another one, or none, has its name by now.</summary>
    internal bool TryRemove(CatalogModel current)
    {
        lock (_writing)
        {
            if (!ReferenceEquals(Find(current.Name), current))
                return false;
            _snapshot = new Snapshot(_snapshot.Models.Remove(current.Name));
            return true;
        }
    }

    /// <summary>True while this registration has its name, whatever its default and versions are by now.</summary>
    internal bool IsRegistered(CatalogModel model) => Find(model.Name) is { } known && ReferenceEquals(known.Registration, model.Registration);

    /// <summary>Makes a version what a request without a version gets, until the model is registered anew or loses that version.</summary>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.ModelNotFound"/>; <see cref="ServingErrorKind.InvalidModel"/> where that version is broken.
    /// </exception>
    public void SetDefault(string name, string version)
    {
        while (true)
        {
            var definition = Resolve(name, version);
            if (Find(name) is { } model && ReferenceEquals(model.Find(version), definition) && TryReplace(model, model.WithDefault(definition))) return;
        }
    }

    /// <summary>Forgets one version of a model that has others.</summary>
    /// <returns>The version that was removed.</returns>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.ModelNotFound"/>; <see cref="ServingErrorKind.InvalidRequest"/> where it is the default.
    /// </exception>
    public ModelDefinition RemoveVersion(string name, string version)
    {
        while (true)
        {
            var model = Get(name);
            var definition = model.Find(version) ?? throw VersionNotFound(model, version);
            if (ReferenceEquals(definition, model.Default))
                throw new ServingException(ServingErrorKind.InvalidRequest, $"Cannot remove default version for model {name}") { Model = name, Field = "version" };
            if (TryReplace(model, model.Without(definition))) return definition;
        }
    }

    /// <summary>
    /// True while <paramref name="definition"/> is the very object that is registered under its name and version; a model
    /// removed and registered again is another one. One look-up, then a walk of the model's versions.
    /// </summary>
    public bool IsCurrent(ModelDefinition definition) =>
        Find(definition.Id.Name) is { } model
        && (ReferenceEquals(model.Default, definition) || ReferenceEquals(model.Find(definition.Id.Version), definition));

    /// <summary>Every model, by name in ordinal order; a snapshot that later changes leave alone.</summary>
    public IReadOnlyList<CatalogModel> List() => _snapshot.Sorted;

    internal static ServingException AlreadyRegistered(string name) =>
        new(ServingErrorKind.ModelAlreadyRegistered, $"Model {name} is already registered.") { Model = name };

    private static ServingException NotFound(Snapshot snapshot, string name, string? version)
    {
        var shown = Printable.Text(name, ModelName.MaxLength);
        var versionText = string.IsNullOrEmpty(version) ? "" : $" (version {Printable.Text(version, VersionOrder.MaxLength)})";
        return new ServingException(ServingErrorKind.ModelNotFound, $"Model not found: {shown}{versionText}")
        {
            Model = shown,
            Suggestions = NearNames.Find(name, snapshot.Models.Keys, MaxSuggestions),
        };
    }

    /// <summary>The model has no such version; names those that it has.</summary>
    public static ServingException VersionNotFound(CatalogModel model, string version)
    {
        var shown = Printable.Text(version, VersionOrder.MaxLength);
        string[] known = [.. model.Versions.Where(v => v.Fault is null).Select(v => v.Id.Version)];
        return new ServingException(ServingErrorKind.ModelNotFound, $"Model not found: {model.Name} (version {shown})")
        {
            Model = model.Name,
            Expected = known.Length == 0 ? null : $"version {string.Join(" or ", known.Take(MaxSuggestions))}",
            Actual = $"version {shown}",
        };
    }

    /// <summary>The state of the catalogue at one moment.</summary>
    private sealed class Snapshot(ImmutableDictionary<string, CatalogModel> models)
    {
        private volatile CatalogModel[]? _sorted;

        public ImmutableDictionary<string, CatalogModel> Models { get; } = models;

        /// <summary>Sorted when first asked for; two readers at once may both sort, to the same result.</summary>
        public IReadOnlyList<CatalogModel> Sorted =>
            _sorted ??= [.. Models.Values.OrderBy(m => m.Name, StringComparer.Ordinal)];
    }
}
