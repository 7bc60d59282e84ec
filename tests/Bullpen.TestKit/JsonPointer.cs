using System.Globalization;
using System.Text.Json;

namespace Bullpen.TestKit;

/// <summary>JSON pointers (RFC 6901).</summary>
public static class JsonPointer
{
    public static JsonElement? Find(JsonElement at, string pointer)
    {
        foreach (var part in pointer.Split('/').Skip(1).Select(p => p.Replace("~1", "/").Replace("~0", "~")))
        {
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(part, out var member)) at = member;
            else if (at.ValueKind == JsonValueKind.Array
                     && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                     && index < at.GetArrayLength()) at = at[index];
            else return null;
        }

        return at;
    }
}
