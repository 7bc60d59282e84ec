namespace Bullpen.Core.Runtimes;

/// <summary>
/// Makes, of a model that a runtime loads, a form that it loads faster and with less memory, and keeps it on disk. The
/// runtime finds and uses it by itself, and goes back to the original where it is gone. Every member may be called from
/// any thread.
/// </summary>
public interface IModelOptimizer
{
    /// <summary>The memory of the form that the next load of this model would use; null where that is the original. Reads no more than file dates.</summary>
    ModelFootprint? Foresee(ModelFile file);

    /// <summary>
    /// True where there is no such form of the model's present content, and nothing known that speaks against making one.
    /// May read the whole content once.
    /// </summary>
    Task<bool> IsWantedAsync(ModelFile file, CancellationToken cancellationToken);

    /// <summary>Bytes of memory that <see cref="OptimizeAsync"/> takes while it works, outside this process.</summary>
    long WorkingBytes(ModelFile file);

    /// <summary>
    /// Makes the form. Takes longer than a load, at the lowest priority. Never throws but on cancellation: what goes wrong is
    /// logged, and kept in mind where another try with the same content cannot help.
    /// </summary>
    /// <exception cref="OperationCanceledException">Given up; nothing is left behind.</exception>
    Task OptimizeAsync(ModelFile file, CancellationToken cancellationToken);
}
