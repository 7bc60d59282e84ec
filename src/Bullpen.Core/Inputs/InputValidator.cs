using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs;

/// <summary>
/// Compares a request's tensors with a model's inputs; what passes may be given to the runtime. Each input is there
/// once and none that the model does not have; element types are equal; ranks and fixed dimensions fit; the columns of what is
/// declared to be a table are equally long; tables, texts and images have at least one row (for plain tensors, and for tables in a
/// protocol of tensors, a dimension of 0 is legal).
/// </summary>
public static class InputValidator
{
    /// <summary>Checks the tensors of a request.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensors">The tensors.</param>
    /// <param name="allowsEmpty">True where the caller wrote the shapes itself: a table without rows is then what it means.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidInput"/>: the first thing found that does not fit.</exception>
    public static void Validate(ModelDescription model, IReadOnlyList<NamedTensor> tensors, bool allowsEmpty = false)
    {
        var inputs = model.Signature.Inputs;
        var isInOrder = true;
        var strings = 0L;
        for (var at = 0; at < tensors.Count; at++)
        {
            var (name, value, _) = tensors[at];
            var input = at < inputs.Count && inputs[at].Name == name ? inputs[at] : model.Signature.FindInput(name) ?? throw Unknown(model, name);
            if (value.Type != input.Type || !input.Shape.Accepts(value.Shape))
                throw ServingException.InvalidInput(model.Name, name, $"{ElementTypes.NameOf(input.Type)}{input.Shape}", value.ToString());

            strings += value.Strings.Count;
            if (strings > TensorLimits.MaxStrings) throw TooManyStrings(model.Name, name, strings);

            // Tensors in the model's own order cannot repeat one; only others are compared with all before them.
            isInOrder &= at < inputs.Count && ReferenceEquals(input, inputs[at]);
            if (!isInOrder) RequireFirst(model, tensors, at);
        }

        if (tensors.Count < inputs.Count)
        {
            var missing = inputs.First(input => tensors.All(tensor => tensor.Name != input.Name));
            throw ServingException.InvalidInput(model.Name, missing.Name, $"{ElementTypes.NameOf(missing.Type)}{missing.Shape}", "nothing");
        }

        ValidateRows(model, tensors, allowsEmpty);
    }

    /// <summary>More strings than a request may have.</summary>
    internal static ServingException TooManyStrings(string model, string input, long count) =>
        ServingException.InvalidInput(model, input, $"at most {TensorLimits.MaxStrings} strings in a request", $"{count}");

    private static void ValidateRows(ModelDescription model, IReadOnlyList<NamedTensor> tensors, bool allowsEmpty)
    {
        var kind = InputKinds.Of(model);

        // Several inputs [N] are a table by guess alone: what Gather and Concat take differs in length. A table that came as one has
        // columns of equal length already.
        var isGuess = kind == InputKind.Table && tensors.Count > 1 && model.Definition.Manifest.Input != InputKind.Table;
        if (kind == InputKind.Tensors || isGuess) return;
        NamedTensor? first = null;
        foreach (var tensor in tensors)
        {
            if (tensor.Value.Shape.Rank == 0) continue;
            if (!(allowsEmpty && kind == InputKind.Table) && tensor.Value.Shape.Dimensions.Contains(0))
                throw ServingException.InvalidInput(model.Name, tensor.Name, "at least one row", tensor.Value.ToString());
            if (kind != InputKind.Table || model.Signature.FindInput(tensor.Name)!.Shape[0] != TensorShape.Dynamic) continue;
            first ??= tensor;
            if (first.Value.Shape[0] != tensor.Value.Shape[0])
            {
                throw ServingException.InvalidInput(
                    model.Name, tensor.Name, $"{first.Value.Shape[0]} rows, as input {first.Name} has", $"{tensor.Value.Shape[0]}");
            }
        }
    }

    private static void RequireFirst(ModelDescription model, IReadOnlyList<NamedTensor> tensors, int at)
    {
        for (var before = 0; before < at; before++)
        {
            if (tensors[before].Name == tensors[at].Name)
                throw ServingException.InvalidInput(model.Name, tensors[at].Name, "the input once", "it twice");
        }
    }

    private static ServingException Unknown(ModelDescription model, string name)
    {
        var known = string.Join(", ", model.Signature.Inputs.Select(input => input.Name));
        return ServingException.InvalidInput(model.Name, JsonText.Quotable(name), $"only the inputs {known}", "an unknown input");
    }
}
