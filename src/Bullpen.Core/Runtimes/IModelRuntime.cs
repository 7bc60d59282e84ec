namespace Bullpen.Core.Runtimes;

/// <summary>
/// How models of one format become runnable: the port that Bullpen.Onnx implements. Rules for an implementation:
/// <list type="number">
/// <item>Every member may be called from any thread, several at once.</item>
/// <item><see cref="Load"/> blocks its thread until the model is ready to run; it takes no lock that a running session needs.</item>
/// <item>A load that fails leaves nothing allocated and throws a <see cref="ServingException"/> that names the model,
/// without absolute paths: <see cref="ServingErrorKind.InvalidModel"/> where another try cannot help,
/// <see cref="ServingErrorKind.ModelSourceNotFound"/> where the file is not there, <see cref="ServingErrorKind.ModelLoadFailed"/>
/// where another try can help.</item>
/// <item>Disposing a session returns its memory to the system before it returns.</item>
/// </list>
/// </summary>
public interface IModelRuntime
{
    /// <summary>The runtime's name as protocols report it: <c>onnxruntime</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Bytes that the model will take once loaded, guessed from its files without opening them in the runtime.
    /// Should rather be too much than too little; takes no longer than reading file sizes.
    /// </summary>
    long EstimateBytes(ModelFile file);

    /// <summary>
    /// Every file that the model is made of, the main one first: what its content is. Takes no longer than listing a folder.
    /// </summary>
    IReadOnlyList<string> FilesOf(ModelFile file) => [file.Path];

    /// <summary>
    /// Called on a thread that does one load and then ends: to give it a lower priority, so that loads take no time from runs.
    /// </summary>
    void PrepareLoadThread()
    {
    }

    /// <summary>Loads the model. Blocking; seconds for a large model.</summary>
    /// <exception cref="ServingException">The model cannot be loaded.</exception>
    /// <exception cref="OperationCanceledException">The server is shutting down.</exception>
    IModelSession Load(ModelFile file, CancellationToken cancellationToken);
}
