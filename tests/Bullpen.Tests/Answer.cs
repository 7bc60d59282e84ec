using System.Net.Http.Headers;
using System.Text.Json;
using Bullpen.TestKit;

namespace Bullpen.Tests;

/// <summary>What a server answered.</summary>
public sealed record Answer(int Status, string Body, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The value at a JSON pointer.</summary>
    public JsonElement At(string pointer) => JsonPointer.Find(Json, pointer)
        ?? throw new ShouldAssertException($"Nothing at {pointer} in {Status} {Body}");

    public string? Text(string pointer) => At(pointer).GetString();

    /// <summary>What no answer may hold: an absolute path of this machine, a stack trace.</summary>
    public Answer ShouldGiveNothingAway()
    {
        Body.ShouldNotContain(Checkout.Root);
        Body.ShouldNotContain(Path.GetTempPath());
        Body.ShouldNotContain("   at ");
        Body.ShouldNotContain(".cs:line");
        return this;
    }
}
