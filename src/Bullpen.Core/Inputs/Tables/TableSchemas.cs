using System.Text.Json;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.Tables;

/// <summary>Tells a model's columns from its signature, its manifest and its metadata.</summary>
internal static class TableSchemas
{
    /// <summary>The metadata key under which a model file may name the columns of its matrix, as a JSON array of strings.</summary>
    public const string MetadataKey = "features";

    /// <summary>The schema of a model whose requests are tables.</summary>
    /// <param name="model">The model.</param>
    /// <param name="isStrict">True where null is no missing value, and true and false are no numbers.</param>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidModel"/>: the inputs are not columns, or the declared names do not fit.
    /// </exception>
    public static TableSchema Of(ModelDescription model, bool isStrict)
    {
        var inputs = model.Signature.Inputs;
        if (inputs is [{ Shape.Rank: 2 } matrix] && (matrix.Shape[1] != 1 || DeclaredNames(model) is not null))
        {
            var names = DeclaredNames(model);
            if (names is not null && matrix.Shape[1] != TensorShape.Dynamic && matrix.Shape[1] != names.Count)
                throw Invalid(model, $"declares {names.Count} columns for the input {matrix}");
            if (names is not null && names.Distinct().Count() != names.Count) throw Invalid(model, "declares a column twice");
            return new TableSchema(model.Name, inputs, isMatrix: true, names, isStrict);
        }

        if (inputs.Count == 0 || !inputs.All(InputKinds.IsColumn))
            throw Invalid(model, "is declared to take tables, but its inputs are neither columns [N] or [N,1] nor one matrix [N,F]");
        return new TableSchema(model.Name, inputs, isMatrix: false, [.. inputs.Select(input => input.Name)], isStrict);
    }

    private static IReadOnlyList<string>? DeclaredNames(ModelDescription model)
    {
        if (model.Definition.Manifest.Columns is { } declared) return declared;
        if (!model.Signature.Metadata.TryGetValue(MetadataKey, out var json)) return null;
        try
        {
            return JsonSerializer.Deserialize<string[]>(json) is { } names && !names.Contains(null) ? names : null;
        }
        catch (JsonException)
        {
            // The key is a convention, not a standard: other tools may mean something else by it.
            return null;
        }
    }

    private static ServingException Invalid(ModelDescription model, string fault) =>
        new(ServingErrorKind.InvalidModel, $"Model {model.Name} {fault}.") { Model = model.Name };
}
