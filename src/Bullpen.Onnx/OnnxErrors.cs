using System.Text.RegularExpressions;
using Bullpen.Core;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;
using Bullpen.Onnx.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Onnx;

/// <summary>The one place where ONNX Runtime's exceptions become Bullpen's.</summary>
internal static class OnnxErrors
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary><c>EIO</c> of errno.h, which .NET passes on as it is.</summary>
    private const int InputOutputError = 5;

    private static readonly Regex MissingExternalData = new("external[ _]?(data|initializer)", Linear | RegexOptions.IgnoreCase);

    /// <summary>Memory or the file system at fault, not the model.</summary>
    private static readonly Regex PassingTrouble = new("bad_alloc|[Ff]ailed to allocate|out of memory|system error number|doesn't exist", Linear);

    /// <summary>Operators on text report bytes that are not UTF-8 as failures of their own.</summary>
    private static readonly Regex NotUtf8 = new("invalid utf-?8", Linear | RegexOptions.IgnoreCase);

    /// <summary>The model's file is not there.</summary>
    public static ServingException Missing(ModelFile file) => OfModel(
        ServingErrorKind.ModelSourceNotFound, file, $"Model {file.ModelName}: its file {Path.GetFileName(file.Path)} cannot be found.");

    /// <summary>There is nothing in the file.</summary>
    public static ServingException Empty(ModelFile file) => OfModel(
        ServingErrorKind.InvalidModel, file, $"Model {file.ModelName}: its file {Path.GetFileName(file.Path)} is empty, or no file.");

    /// <summary>A model that ONNX Runtime does not load.</summary>
    public static ServingException OfLoad(OnnxRuntimeException exception, ModelFile file)
    {
        var reason = NativeReason.Of(exception, file);
        if (MissingExternalData.IsMatch(reason))
        {
            return OfModel(
                ServingErrorKind.InvalidModel, file,
                $"Model {file.ModelName}: it keeps weights in another file, which is not beside it or must not be read: {reason}", exception);
        }
        var kind = PassingTrouble.IsMatch(reason) ? ServingErrorKind.ModelLoadFailed : ServingErrorKind.InvalidModel;
        return OfModel(kind, file, $"Model {file.ModelName}: ONNX Runtime cannot load it: {reason}", exception);
    }

    /// <summary>
    /// True where a failure proves that an entry's files are at fault: they are not what was written, or ONNX Runtime cannot
    /// make a session of them. Where memory, descriptors or the disk failed the next load may find it as good as ever.
    /// </summary>
    public static bool IsOfContent(Exception exception) => exception switch
    {
        OnnxRuntimeException => !PassingTrouble.IsMatch(exception.Message),
        // Its sectors cannot be read.
        IOException { HResult: InputOutputError } => true,
        _ => exception is DamagedEntryException or ServingException,
    };

    /// <summary>
    /// A run that failed. ONNX Runtime tells inputs' faults from a model's; which input it means is found by comparing
    /// them with the signature.
    /// </summary>
    public static ServingException OfRun(
        OnnxRuntimeException exception, ModelFile file, ModelSignature signature, IReadOnlyList<NamedTensor> inputs)
    {
        var reason = NativeReason.Of(exception, file);
        var isInputsFault = exception.Message.StartsWith("[ErrorCode:InvalidArgument]", StringComparison.Ordinal) || NotUtf8.IsMatch(reason);
        if (!isInputsFault) return OfModel(ServingErrorKind.ExecutionFailed, file, $"Model {file.ModelName}: the run failed: {reason}", exception);

        foreach (var input in inputs)
        {
            if (signature.FindInput(input.Name) is { } spec && !(spec.Type == input.Value.Type && spec.Shape.Accepts(input.Value.Shape)))
            {
                var expected = $"{ElementTypes.NameOf(spec.Type)}{spec.Shape}";
                return ServingException.InvalidInput(file.ModelName, input.Name, expected, input.Value.ToString());
            }
        }
        return OfModel(ServingErrorKind.InvalidInput, file, $"Model {file.ModelName}: it refuses its inputs: {reason}", exception);
    }

    private static ServingException OfModel(ServingErrorKind kind, ModelFile file, string message, Exception? inner = null) =>
        new(kind, message, inner) { Model = file.ModelName };
}
