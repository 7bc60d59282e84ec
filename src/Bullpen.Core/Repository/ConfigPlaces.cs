namespace Bullpen.Core.Repository;

/// <summary>The files and folders that a models.json names, wherever they lie, and the definitions that were made of them.</summary>
internal sealed class ConfigPlaces
{
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);

    /// <summary>Looks at every place; true where what counts of one has changed, or where one came to rest that was read, or passed over, before it had.</summary>
    public bool See(bool atOnce)
    {
        var changed = false;
        foreach (var (path, place) in _places)
        {
            changed |= place.Sighting.See(PlaceSignature.Of(path), atOnce);
            if (!place.IsAwaited || !place.Sighting.IsSettled)
                continue;

            // It may rest at what counted all along, as one that is gone again does: that is no change, but it was not read yet.
            place.IsAwaited = false;
            changed = true;
        }

        return changed;
    }

    /// <summary>Forgets the places that were not read since the last call: the models.json does not name them any more.</summary>
    public void ForgetUnread()
    {
        foreach (var (path, place) in _places.ToList())
        {
            if (!place.IsRead)
                _places.Remove(path);
            place.IsRead = false;
        }
    }

    /// <summary>The definitions of an entry; none where its place is new and not yet settled.</summary>
    /// <param name="path">The place.</param>
    /// <param name="entry">The signature of the entry's own text.</param>
    /// <param name="atOnce">True: a place that is new counts without a second look.</param>
    /// <param name="make">Reads the place, whose signature it gets.</param>
    public IReadOnlyList<ModelDefinition> Read(string path, ulong entry, bool atOnce, Func<ulong, IReadOnlyList<ModelDefinition>> make)
    {
        if (!_places.TryGetValue(path, out var place))
        {
            _places.Add(path, place = new Place());
            place.Sighting.See(PlaceSignature.Of(path), atOnce);
            place.IsKnown = atOnce;
        }

        place.IsRead = true;
        var known = place.Made.GetValueOrDefault(entry);
        if (known.Definitions is not null && (known.Signature == place.Sighting.Settled || !place.Sighting.IsSettled))
            return known.Definitions;
        place.IsAwaited = !place.Sighting.IsSettled;
        if (!place.IsKnown && place.IsAwaited)
            return [];

        // A model that was there is not taken away because its entry and its file change at once: it is read as it is, and again when at rest.
        place.IsKnown = true;
        var made = make(place.Sighting.Settled);
        place.Made[entry] = (place.IsAwaited ? null : place.Sighting.Settled, made);
        return made;
    }

    private sealed class Place
    {
        internal Sighting Sighting { get; } = new();

        internal bool IsKnown { get; set; }

        internal bool IsRead { get; set; }

        /// <summary>True where it was not at rest when it was read or passed over: then it is read again once it is.</summary>
        internal bool IsAwaited { get; set; }

        /// <summary>By entry: what was made, and of which signature; none where the place was not at rest.</summary>
        internal Dictionary<ulong, (ulong? Signature, IReadOnlyList<ModelDefinition> Definitions)> Made { get; } = [];
    }
}
