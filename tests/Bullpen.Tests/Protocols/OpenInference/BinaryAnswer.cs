using System.Globalization;
using System.Text.Json;
using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols.OpenInference;

/// <summary>An answer of JSON and what follows it.</summary>
internal sealed record BinaryAnswer(int Status, byte[] Body, string? Length, string Encoding)
{
    /// <summary>The JSON's text.</summary>
    internal string Text => System.Text.Encoding.UTF8.GetString(Body, 0, JsonLength);

    /// <summary>What follows it.</summary>
    internal byte[] Binary => Body[JsonLength..];

    internal JsonElement At(string pointer) => JsonPointer.Find(JsonDocument.Parse(Text).RootElement, pointer)
        ?? throw new ShouldAssertException($"Nothing at {pointer} in {Status} {Text}");

    private int JsonLength => Length is null ? Body.Length : int.Parse(Length, CultureInfo.InvariantCulture);
}
