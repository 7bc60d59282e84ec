using System.Text.RegularExpressions;
using Bullpen.Core;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Onnx;

/// <summary>The one place where ONNX Runtime's exceptions become Bullpen's.</summary>
internal static class OnnxErrors
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static readonly Regex MissingExternalData = new("external[ _]?(data|initializer)", Linear | RegexOptions.IgnoreCase);

    /// <summary>Memory or the file system at fault, not the model.</summary>
    private static readonly Regex PassingTrouble = new("bad_alloc|allocat|out of memory|system error number|doesn't exist", Linear);

    private static readonly Regex InputName = new(@"\bfor( input)?: (?<name>\S+) (for the following|Got)", Linear);

    private static readonly Regex Expected = new(@"[Ee]xpected:?\s*(?<value>\([^)]*\)+|\S+)", Linear);

    /// <summary>The model's file is not there.</summary>
    public static ServingException Missing(ModelFile file) => OfModel(
        ServingErrorKind.ModelLoadFailed, file, $"Model {file.ModelName}: its file {Path.GetFileName(file.Path)} cannot be found.");

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

    /// <summary>A run that failed: by its inputs' fault where ONNX Runtime says so, else by the model's.</summary>
    public static ServingException OfRun(OnnxRuntimeException exception, ModelFile file, IReadOnlyList<NamedTensor> inputs)
    {
        var reason = NativeReason.Of(exception, file);
        if (!exception.Message.StartsWith("[ErrorCode:InvalidArgument]", StringComparison.Ordinal))
            return OfModel(ServingErrorKind.ExecutionFailed, file, $"Model {file.ModelName}: the run failed: {reason}", exception);

        var field = InputName.Match(reason) is { Success: true } match ? match.Groups["name"].Value : null;
        var given = inputs.FirstOrDefault(input => input.Name == field);
        return new ServingException(
            ServingErrorKind.InvalidInput, $"Model {file.ModelName}{(field is null ? "" : $", input {field}")}: {reason}", exception)
        {
            Model = file.ModelName,
            Field = field,
            Expected = Expected.Match(reason) is { Success: true } expected ? expected.Groups["value"].Value : null,
            Actual = given?.Value.ToString(),
        };
    }

    private static ServingException OfModel(ServingErrorKind kind, ModelFile file, string message, Exception? inner = null) =>
        new(kind, message, inner) { Model = file.ModelName };
}
