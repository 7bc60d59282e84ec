namespace Bullpen.Core.Repository;

/// <summary>
/// The right to use a folder that an <see cref="IModelSource"/> made. Disposing gives it back, once however often it is
/// called; the folder is deleted with the last right to it.
/// </summary>
public interface IUnpackedModel : IDisposable
{
    /// <summary>The absolute path of the folder; never shown to a caller.</summary>
    string Folder { get; }
}
