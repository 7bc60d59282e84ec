using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bullpen.TestKit;

/// <summary>What a sample request's answer must be: its status, and values at JSON pointers; numbers within 0.01.</summary>
public sealed record Expectation(int Status, IReadOnlyList<(string Pointer, JsonElement Value)> Values)
{
    private const double Tolerance = 0.01;

    public static Expectation Parse(string text)
    {
        var parts = text.Split(' ', 2);
        var clauses = parts.Length < 2 ? [] : Regex.Split(parts[1], "; (?=/)", RegexOptions.None, TimeSpan.FromSeconds(5));
        return new Expectation(
            int.Parse(parts[0], CultureInfo.InvariantCulture),
            clauses.Select(clause => clause.Split('=', 2)).Select(pair => (pair[0], JsonDocument.Parse(pair[1]).RootElement)).ToList());
    }

    /// <summary>What is wrong with an answer; null where nothing is.</summary>
    public string? FaultOf(int status, string body)
    {
        if (status != Status) return $"{status} instead of {Status}: {body}";
        if (Values.Count == 0) return null;
        using var document = JsonDocument.Parse(body);
        foreach (var (pointer, value) in Values)
            if (JsonPointer.Find(document.RootElement, pointer) is not { } actual || !IsNear(actual, value))
                return $"{pointer} should be {value.GetRawText()} in {body}";
        return null;
    }

    private static bool IsNear(JsonElement actual, JsonElement expected) => expected.ValueKind switch
    {
        JsonValueKind.Number => actual.ValueKind == JsonValueKind.Number && Math.Abs(actual.GetDouble() - expected.GetDouble()) <= Tolerance,
        JsonValueKind.Array => actual.ValueKind == JsonValueKind.Array && actual.GetArrayLength() == expected.GetArrayLength()
            && actual.EnumerateArray().Zip(expected.EnumerateArray()).All(pair => IsNear(pair.First, pair.Second)),
        _ => JsonElement.DeepEquals(actual, expected),
    };
}
