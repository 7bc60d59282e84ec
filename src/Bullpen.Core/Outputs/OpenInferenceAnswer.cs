using System.Buffers;
using System.Text.Json;
using Bullpen.Core.Inputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Outputs;

/// <summary>
/// The answer to an Open Inference request, as its <c>outputs</c> ask for it: each output in JSON or in binary, whole or as its
/// best classes.
/// </summary>
public sealed class OpenInferenceAnswer
{
    private readonly ModelId _model;
    private readonly string? _id;
    private readonly List<AnsweredOutput> _outputs = [];

    private OpenInferenceAnswer(ModelId model, string? id) => (_model, _id) = (model, id);

    /// <summary>True where data follows the JSON.</summary>
    public bool HasBinary => _outputs.Exists(output => output.IsBinary);

    /// <summary>Bytes that follow the JSON.</summary>
    public long BinaryLength => _outputs.Where(output => output.IsBinary).Sum(output => RawData.SizeOf(output.Tensor.Value));

    /// <summary>Puts an answer together; it can be written whole.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">What the request was bound to.</param>
    /// <param name="outputs">The outputs asked for, in that order.</param>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidRequest"/>: a string that is not UTF-8 is wanted in JSON.
    /// <see cref="ServingErrorKind.InvalidInput"/>: classes are wanted of an output without scores, or more than
    /// <see cref="TensorLimits.MaxClasses"/>.
    /// </exception>
    public static OpenInferenceAnswer Of(ModelDescription model, BoundInputs inputs, IReadOnlyList<NamedTensor> outputs)
    {
        var request = inputs.OpenInference;
        var answer = new OpenInferenceAnswer(model.Definition.Id, request?.Id);
        var classes = 0L;
        for (var at = 0; at < outputs.Count; at++)
        {
            var asked = request?.Outputs.Count > 0 ? request.Outputs[at] : null;
            classes += ClassesOf(outputs[at].Value.Shape, asked?.Classes ?? 0);
            if (classes > TensorLimits.MaxClasses) throw TooManyClasses(model.Name, outputs[at].Name, classes);
            var output = asked is { Classes: > 0 } ? Classification.Of(model, outputs[at], asked.Classes) : outputs[at];
            answer._outputs.Add(new AnsweredOutput(output, asked?.IsBinary ?? request?.WantsBinary ?? false));
        }

        TensorJson.RequireUtf8(model.Name, [.. answer._outputs.Where(output => !output.IsBinary).Select(output => output.Tensor)], ServingErrorKind.InvalidRequest);
        return answer;
    }

    /// <summary>Writes the JSON; NaN and infinities are bare words, as the protocol's clients write and read them.</summary>
    public void WriteJson(Utf8JsonWriter writer) => OpenInferenceWriter.Write(writer, _model, _id, _outputs, FloatStyle.AsLiterals);

    /// <summary>Writes what follows it.</summary>
    public void WriteBinary(IBufferWriter<byte> to)
    {
        foreach (var output in _outputs)
            if (output.IsBinary) RawData.Write(output.Tensor.Value, to);
    }

    /// <summary>How many classes <see cref="Classification"/> makes of an output, all rows together.</summary>
    private static long ClassesOf(TensorShape shape, int most)
    {
        if (most == 0 || shape.Rank == 0 || shape[0] == 0) return 0;
        var rows = shape.Rank == 1 ? 1 : shape[0];
        return rows * Math.Min(most, shape.ElementCount / rows);
    }

    private static ServingException TooManyClasses(string model, string output, long classes)
    {
        var expected = $"at most {TensorLimits.MaxClasses} classes in all rows together";
        return new ServingException(ServingErrorKind.InvalidInput, $"Model {model}, output {output}: expected {expected}, got a classification of {classes}.")
        {
            Model = model,
            Field = output,
            Expected = expected,
            Actual = $"{classes}",
        };
    }
}
