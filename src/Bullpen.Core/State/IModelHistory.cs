namespace Bullpen.Core.State;

/// <summary>
/// What earlier loads and runs of the server learnt of models. Every member returns at once: it looks into memory, and
/// what is to be hashed or written is done in the background, later, or never where the disk refuses it.
/// </summary>
public interface IModelHistory
{
    /// <summary>What loads of a model of these very bytes took, or null.</summary>
    /// <param name="files">The files that it is made of, stamped now. Known are only files that were hashed under these stamps.</param>
    ContentMeasure? Find(IReadOnlyList<StampedFile> files);

    /// <summary>A load was measured.</summary>
    /// <param name="files">The files that it was loaded from, stamped before the load.</param>
    /// <param name="privateBytes">The private memory that it took.</param>
    /// <param name="mappedBytes">The bytes of files that it mapped.</param>
    /// <param name="loadTime">How long it took.</param>
    void Loaded(IReadOnlyList<StampedFile> files, long privateBytes, long mappedBytes, TimeSpan loadTime);

    /// <summary>When the model of that name was last used, now or before the last start; null where it never was.</summary>
    DateTimeOffset? LastUse(string name);

    /// <summary>A model was used.</summary>
    void Used(string name, DateTimeOffset at);

    /// <summary>The model of that name was deleted: its last use goes with it.</summary>
    void Forget(string name);
}
