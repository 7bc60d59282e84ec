using Bullpen.Core.Tensors;

namespace Bullpen.Core.Runtimes;

/// <summary>One loaded model. <see cref="Run"/> may be called by many threads at once; nobody calls it during or after Dispose.</summary>
public interface IModelSession : IDisposable
{
    /// <summary>Inputs, outputs and metadata.</summary>
    ModelSignature Signature { get; }

    /// <summary>The memory that the load took.</summary>
    ModelFootprint Footprint { get; }

    /// <summary>
    /// Does the runs that make the session warm, and adds to <see cref="Footprint"/> what they left in it, where that can be
    /// measured. Called at most once, before anybody else has the session.
    /// </summary>
    void WarmUp(Action run) => run();

    /// <summary>Disposes the session and measures what comes back.</summary>
    /// <returns>Bytes by which the runtime's memory in use fell, or null where that cannot be told.</returns>
    long? Unload()
    {
        Dispose();
        return null;
    }

    /// <summary>Runs the model once. Blocking.</summary>
    /// <param name="inputs">One tensor for each input of the signature, already checked for names, types and ranks.</param>
    /// <param name="outputs">The names of the outputs wanted, at least one.</param>
    /// <param name="cancellationToken">Ends the run between two operators where the runtime can.</param>
    /// <returns>The outputs in the order asked for, in memory of their own: they outlive the session.</returns>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidInput"/>: the runtime refuses the inputs.
    /// <see cref="ServingErrorKind.ExecutionFailed"/>: an operator failed.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was ended.</exception>
    IReadOnlyList<NamedTensor> Run(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, CancellationToken cancellationToken);

    /// <summary>The same as <see cref="Run"/>, telling <paramref name="observer"/> when the model has answered; once, and only where the run succeeds.</summary>
    /// <remarks>A session that cannot tell the copying of outputs from the run says so at the end of both.</remarks>
    IReadOnlyList<NamedTensor> RunObserved(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, IRunObserver observer, CancellationToken cancellationToken)
    {
        var tensors = Run(inputs, outputs, cancellationToken);
        observer.Computed();
        return tensors;
    }
}
