using Bullpen.Core.Inputs;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Outputs;

/// <summary>Which outputs a request wants.</summary>
public static class OutputSelection
{
    /// <summary>The names asked for, in their order; all of the model's, in its order, where none is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="wanted">The names asked for; empty: all.</param>
    /// <exception cref="ServingException">
    /// <see cref="ServingErrorKind.InvalidInput"/>: the model has no such output, or it is asked for twice.
    /// </exception>
    public static IReadOnlyList<string> Of(ModelDescription model, IReadOnlyList<string> wanted)
    {
        if (wanted.Count == 0) return model.Signature.OutputNames;
        for (var at = 0; at < wanted.Count; at++)
        {
            // Unknown names and repeated ones end the loop, so that it never runs longer than the model has outputs.
            if (model.Signature.FindOutput(wanted[at]) is null) throw Invalid(model, wanted[at], "an unknown output");
            for (var before = 0; before < at; before++)
                if (wanted[before] == wanted[at]) throw Invalid(model, wanted[at], "it twice");
        }

        return wanted;
    }

    private static ServingException Invalid(ModelDescription model, string name, string actual)
    {
        var expected = $"one of the outputs {string.Join(", ", model.Signature.OutputNames)}, once";
        var quoted = JsonText.Quotable(name);
        return new ServingException(ServingErrorKind.InvalidInput, $"Model {model.Name}, output {quoted}: expected {expected}, got {actual}.")
        {
            Model = model.Name,
            Field = quoted,
            Expected = expected,
            Actual = actual,
        };
    }
}
