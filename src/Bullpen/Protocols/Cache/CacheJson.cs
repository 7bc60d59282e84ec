using System.Globalization;
using System.Text.Json;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Telemetry;

namespace Bullpen.Protocols.Cache;

/// <summary>What the answers of <c>/cache</c> have in common: names, times, shares of the memory.</summary>
internal static class CacheJson
{
    private static readonly EnumLabels<RoomHolder> Holders = new();
    private static readonly EnumLabels<LeaveReason> Reasons = new();

    internal static string Word(LeaveReason reason) => Reasons.Of(reason);

    extension(Utf8JsonWriter json)
    {
        internal void WriteModel(ModelId id)
        {
            json.WriteString("model", id.Name);
            json.WriteString("version", id.Version);
        }

        internal void WriteTime(string name, DateTimeOffset time) =>
            json.WriteString(name, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

        internal void WriteTimeIfAny(string name, DateTimeOffset? time)
        {
            if (time is { } known) json.WriteTime(name, known);
        }

        internal void WriteSeconds(string name, TimeSpan time) => json.WriteNumber(name, Math.Round(time.TotalSeconds, 3));

        internal void WriteMilliseconds(string name, TimeSpan time) => json.WriteNumber(name, Math.Round(time.TotalMilliseconds, 1));

        internal void WriteHolders(IReadOnlyList<RoomShare> holders)
        {
            json.WriteStartArray("holders");
            foreach (var share in holders)
            {
                json.WriteStartObject();
                json.WriteString("by", Holders.Of(share.Holder));
                json.WriteNumber("bytes", share.Bytes);
                json.WriteNumber("models", share.Models);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        internal void WriteEvictions(string name, IReadOnlyList<PlannedEviction> evictions)
        {
            json.WriteStartArray(name);
            foreach (var eviction in evictions)
            {
                json.WriteStartObject();
                json.WriteModel(eviction.Definition.Id);
                json.WriteNumber("bytes", eviction.Bytes);
                json.WriteNumber("worth", eviction.Worth);
                if (eviction.For is { } other) json.WriteString("for", other.Id.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        /// <summary>Who pins it, where somebody does.</summary>
        internal void WritePin(bool isPinned, PinSource by)
        {
            json.WriteBoolean("pinned", isPinned);
            if (by != PinSource.None) json.WriteString(isPinned ? "pinnedBy" : "unpinnedBy", by == PinSource.Manifest ? "manifest" : "api");
        }
    }
}
