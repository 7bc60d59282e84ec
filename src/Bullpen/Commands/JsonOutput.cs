using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bullpen.Commands;

/// <summary>JSON for a terminal or a script, never for a browser: nothing is escaped that need not be.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Text(JsonObject json) => json.ToJsonString(Format);
}
