using System.Runtime.CompilerServices;
using Bullpen.Core.Inputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Outputs;

/// <summary>
/// Turns a model's outputs into predictions. May be used by many threads at once. N is the number of rows that the
/// request had; for a request without rows (one image) it is 1 where the signature fixes axis 0 of every output to 1.
/// <list type="table">
/// <listheader><term>outputs</term><description>a prediction is</description></listheader>
/// <item><term>string or int64 labels [N] or [N,1] and float scores [N,C], C above 1 or its columns named by the model</term>
/// <description>{"label", "score", "scores": {label: score}}; scores in the model's order or, where the manifest has a
/// topK, that many, best first; int64 labels are indices into the declared labels</description></item>
/// <item><term>float scores [N,C] alone, with C labels declared or its columns named by the model</term>
/// <description>the same, the label being that of the best score</description></item>
/// <item><term>one output [N] or [N,1]</term><description>a plain value</description></item>
/// <item><term>one output [N,…]</term><description>nested arrays of the other dimensions</description></item>
/// <item><term>several outputs [N,…]</term><description>an object of these, by output name</description></item>
/// <item><term>any output without an axis 0 of N, or N unknown</term>
/// <description>all outputs whole, once: nested arrays, a scalar as a plain value</description></item>
/// </list>
/// Labels are declared by the manifest's labels or else by the metadata key <c>classes</c>, comma-separated.
/// NaN and infinities are null unless literals are asked for.
/// </summary>
public sealed class PredictionReader
{
    private readonly ConditionalWeakTable<ModelDescription, StrongBox<ClassLabels?>> _labels = [];

    /// <summary>Reads a model's answer.</summary>
    /// <param name="model">The model; fastest where each request of a loaded model brings the same instance.</param>
    /// <param name="inputs">What the request was bound to.</param>
    /// <param name="outputs">The outputs, at least one; read while the predictions are written.</param>
    /// <param name="floats">How floats are written.</param>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.ExecutionFailed"/>: a string that is not UTF-8, which JSON cannot carry.
    /// </exception>
    public Predictions Read(
        ModelDescription model, BoundInputs inputs, IReadOnlyList<NamedTensor> outputs, FloatStyle floats = FloatStyle.AsNull)
    {
        TensorJson.RequireUtf8(model.Name, outputs);
        if (RowsOf(model, inputs, outputs) is not { } rows)
            return new Predictions(new OutputRows(outputs, isByRow: false, floats), 1, isByRow: false, inputs.IsSingle);
        var writer = (IRowWriter?)AsClassifier(model, outputs, floats) ?? new OutputRows(outputs, isByRow: true, floats);
        return new Predictions(writer, rows, isByRow: true, inputs.IsSingle);
    }

    /// <summary>Reads a classifier's answer as [[label, score], …] for each row.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">What the request was bound to.</param>
    /// <param name="outputs">The outputs, at least one; read while the predictions are written.</param>
    /// <param name="floats">How floats are written.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>: the outputs are not a classifier's.</exception>
    public Predictions ReadClasses(ModelDescription model, BoundInputs inputs, IReadOnlyList<NamedTensor> outputs, FloatStyle floats)
    {
        TensorJson.RequireUtf8(model.Name, outputs);
        if (RowsOf(model, inputs, outputs) is not { } rows || AsClassifier(model, outputs, floats) is not { } classes)
            throw Unfit(model, outputs, "a classifier, with scores [N,C] and their labels");
        return new Predictions(new ClassPairs(classes), rows, isByRow: true, inputs.IsSingle);
    }

    /// <summary>Reads a regression's answer: a number for each row.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">What the request was bound to.</param>
    /// <param name="outputs">The outputs, at least one; read while the predictions are written.</param>
    /// <param name="floats">How floats are written.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>: the output is not a number a row.</exception>
    public Predictions ReadNumbers(ModelDescription model, BoundInputs inputs, IReadOnlyList<NamedTensor> outputs, FloatStyle floats)
    {
        if (RowsOf(model, inputs, outputs) is not { } rows || outputs is not [{ Value: { Type: not (ElementType.String or ElementType.Boolean), Shape: var shape } }]
            || (shape.Rank != 1 && (shape.Rank != 2 || shape[1] != 1)))
            throw Unfit(model, outputs, "a regression, with one number a row");
        return new Predictions(new OutputRows(outputs, isByRow: true, floats), rows, isByRow: true, inputs.IsSingle);
    }

    /// <summary>True where a model's outputs, as its signature has them, are what <see cref="ReadClasses"/> reads.</summary>
    public static bool GivesClasses(ModelDescription model)
    {
        var outputs = model.Signature.Outputs;
        var labels = outputs.Count == 2 ? outputs.FirstOrDefault(output => output.Type is ElementType.String or ElementType.Int64 && IsColumn(output.Shape)) : null;
        if (outputs.Count != (labels is null ? 1 : 2)) return false;
        var scores = outputs.First(output => !ReferenceEquals(output, labels));
        var classes = scores.Shape.Rank == 2 ? scores.Shape[1] : 0;
        return ElementTypes.IsFloat(scores.Type) && classes is > 1 or TensorShape.Dynamic
            && (labels is not null || ClassLabels.NamesDeclaredBy(model)?.Count == classes);
    }

    /// <summary>True where a model's outputs, as its signature has them, are what <see cref="ReadNumbers"/> reads.</summary>
    public static bool GivesNumbers(ModelDescription model) =>
        model.Signature.Outputs is [{ Type: not (ElementType.String or ElementType.Boolean) } only] && IsColumn(only.Shape);

    private static bool IsColumn(TensorShape shape) => shape.Rank == 1 || (shape.Rank == 2 && shape[1] == 1);

    private static ServingException Unfit(ModelDescription model, IReadOnlyList<NamedTensor> outputs, string expected)
    {
        var actual = $"the outputs {string.Join(", ", outputs.Select(output => $"{output.Name}: {output.Value}"))}";
        return new ServingException(ServingErrorKind.InvalidRequest, $"Model {model.Name}: expected {expected}, got {actual}. Ask it to predict instead.")
        {
            Model = model.Name,
            Expected = expected,
            Actual = actual,
        };
    }

    private static int? RowsOf(ModelDescription model, BoundInputs inputs, IReadOnlyList<NamedTensor> outputs)
    {
        foreach (var (name, value, _) in outputs)
        {
            if (value.Shape.Rank == 0 || value.Shape[0] != (inputs.Rows ?? 1)) return null;
            // A detector's axis 0 counts what it found, and may happen to be 1: without rows in the request only the signature tells.
            if (inputs.Rows is null && model.Signature.FindOutput(name) is { } output && output.Shape.Rank == value.Shape.Rank && output.Shape[0] != 1)
                return null;
        }

        return inputs.Rows ?? 1;
    }

    private ClassifierRows? AsClassifier(ModelDescription model, IReadOnlyList<NamedTensor> outputs, FloatStyle floats)
    {
        var labels = outputs.Count == 2 ? outputs.FirstOrDefault(output => IsLabels(output.Value)) : null;
        var scores = outputs.FirstOrDefault(output => !ReferenceEquals(output, labels));
        if (outputs.Count > 2 || scores is null || !IsScores(scores) || (outputs.Count == 2 && labels is null)) return null;

        var classes = scores.Value.Shape[1];
        var declared = _labels.GetValue(model, described => new StrongBox<ClassLabels?>(ClassLabels.DeclaredBy(described))).Value;
        if (declared?.Count != classes) declared = null;
        var columns = scores.ColumnLabels?.Count == classes ? new ClassLabels(scores.ColumnLabels) : null;
        if (labels is null && declared is null && columns is null) return null;
        return new ClassifierRows(labels?.Value, scores.Value, columns, declared, model.Definition.Manifest.TopK, floats);
    }

    private static bool IsLabels(Tensor output) =>
        output.Type is ElementType.String or ElementType.Int64
        && (output.Shape.Rank == 1 || (output.Shape.Rank == 2 && output.Shape[1] == 1));

    private static bool IsScores(NamedTensor output) =>
        ElementTypes.IsFloat(output.Value.Type) && output.Value.Shape.Rank == 2
        && (output.Value.Shape[1] > 1 || (output.ColumnLabels is not null && output.Value.Shape[1] == 1));
}
