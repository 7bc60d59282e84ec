using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs;

/// <summary>Tells how many predictions a set of tensors asks for, and refuses too many.</summary>
internal static class BatchAxis
{
    /// <summary>
    /// The length of axis 0 that all inputs with a dynamic axis 0 have in common; null where there is no such input,
    /// where they differ, and for one image, whose axis 0 is its height.
    /// </summary>
    public static int? RowsOf(ModelDescription model, InputKind kind, IReadOnlyList<NamedTensor> tensors)
    {
        int? rows = null;
        foreach (var (name, value, _) in tensors)
        {
            if (model.Signature.FindInput(name) is not { Shape.Rank: > 0 } input || value.Shape.Rank == 0) continue;
            if (kind == InputKind.Image && input.Shape.Rank == 3) continue;
            if (input.Shape[0] != TensorShape.Dynamic) continue;
            if (value.Shape[0] > int.MaxValue || (rows ?? value.Shape[0]) != value.Shape[0]) return null;
            rows = (int)value.Shape[0];
        }

        return rows;
    }

    /// <summary>
    /// Checks the tensors of a request to a model in which all have their rows along axis 0. The words are Triton's
    /// (InferenceRequest::Normalize in src/infer_request.cc of triton-inference-server/core).
    /// </summary>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidInput"/>: more rows than <paramref name="most"/>, or not as many in all inputs.
    /// </exception>
    public static void RequireAtMost(int most, ModelDescription model, IReadOnlyList<NamedTensor> tensors)
    {
        foreach (var (name, value, _) in tensors)
        {
            var (rows, first) = (value.Shape[0], tensors[0].Value.Shape[0]);
            if (rows != first)
                throw Refused(model, name, $"input '{name}' batch size does not match other inputs for '{model.Name}'", $"{first} rows, as input {tensors[0].Name} has", rows);
            if (rows > most)
                throw Refused(model, name, $"inference request batch-size must be <= {most} for '{model.Name}'", $"at most {most} rows", rows);
        }
    }

    private static ServingException Refused(ModelDescription model, string input, string message, string expected, long rows) =>
        new(ServingErrorKind.InvalidInput, $"{message}: expected {expected}, got {rows}.")
        {
            Model = model.Name,
            Field = input,
            Expected = expected,
            Actual = $"{rows}",
        };
}
