namespace Bullpen.Core;

/// <summary>
/// A failure that a caller is told of. The message is whole sentences for a person, names the model, and holds no
/// absolute path and no stack trace; the properties repeat its parts for programs.
/// </summary>
public sealed class ServingException : Exception
{
    /// <summary>A failure of <paramref name="kind"/>.</summary>
    public ServingException(ServingErrorKind kind, string message, Exception? inner = null)
        : base(message, inner) => Kind = kind;

    /// <summary>Which failure this is.</summary>
    public ServingErrorKind Kind { get; }

    /// <summary>The model concerned, if one is.</summary>
    public string? Model { get; init; }

    /// <summary>The field of the request, or the model's input, that is at fault.</summary>
    public string? Field { get; init; }

    /// <summary>What was expected there.</summary>
    public string? Expected { get; init; }

    /// <summary>What came instead.</summary>
    public string? Actual { get; init; }

    /// <summary>Names near the one that was not found, nearest first.</summary>
    public IReadOnlyList<string> Suggestions { get; init; } = [];

    /// <summary>When a retry may succeed, if it may.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Data that does not fit a model: the message is put together from the parts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="field">The input, column or field.</param>
    /// <param name="expected">What the model expects, as a noun phrase: <c>float32[-1,4]</c>, <c>a string</c>.</param>
    /// <param name="actual">What came, as a noun phrase.</param>
    public static ServingException InvalidInput(string model, string field, string expected, string actual) =>
        new(ServingErrorKind.InvalidInput, $"Model {model}, input {field}: expected {expected}, got {actual}.")
        {
            Model = model,
            Field = field,
            Expected = expected,
            Actual = actual,
        };
}
