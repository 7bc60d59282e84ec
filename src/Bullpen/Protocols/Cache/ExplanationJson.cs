using System.Text.Json;
using Bullpen.Core.Models;
using Bullpen.Core.Telemetry;

namespace Bullpen.Protocols.Cache;

/// <summary><c>GET /cache/models/{model}</c>: why one version is in memory, or is not.</summary>
internal static class ExplanationJson
{
    private static readonly EnumLabels<ResidencyCause> Causes = new();

    internal static void Write(Utf8JsonWriter json, CacheExplanation explanation)
    {
        var status = explanation.Status;
        json.WriteStartObject();
        json.WriteString("version", explanation.Definition.Id.Version);
        json.WriteBoolean("inMemory", status.State is ModelState.Ready or ModelState.Draining);
        json.WriteString("cause", Causes.Of(explanation.Cause));
        json.WriteString("why", explanation.Sentence);
        if (explanation.Resident is { } resident)
        {
            CacheReportJson.WriteResident(json, resident);
        }
        else
        {
            json.WriteString("state", status.State.ToString());
            json.WriteNumber("recentUses", Math.Round(status.RecentUses, 3));
            json.WriteNumber("hitsInAll", status.Leases);
            json.WritePin(status.IsPinned, explanation.Pin);
            json.WriteNumber("expectedBytes", status.ExpectedBytes);
            json.WriteBoolean("measured", status.IsMeasured);
        }

        WriteWait(json, explanation);
        WriteFailure(json, explanation);
        WriteLastLoad(json, explanation);
        WriteDeparture(json, explanation.Departure);
        json.WriteEndObject();
    }

    private static void WriteWait(Utf8JsonWriter json, CacheExplanation explanation)
    {
        if (explanation.Place is { } place) json.WriteNumber("place", place);
        json.WriteTimeIfAny("since", explanation.Since);
        if (explanation.ReadyIn is { } left) json.WriteSeconds("readyInSeconds", left);
        if (explanation.Holders.Count > 0) json.WriteHolders(explanation.Holders);
    }

    private static void WriteFailure(Utf8JsonWriter json, CacheExplanation explanation)
    {
        if (explanation.Attempts is not { } attempts) return;
        json.WriteStartObject("failure");
        if (explanation.Status.Failure is { } reason) json.WriteString("reason", reason);
        json.WriteNumber("attempts", attempts);
        json.WriteSeconds("retryInSeconds", explanation.RetryIn ?? TimeSpan.Zero);
        json.WriteEndObject();
    }

    private static void WriteLastLoad(Utf8JsonWriter json, CacheExplanation explanation)
    {
        if (explanation.LoadedAt is not { } at) return;
        json.WriteStartObject("lastLoad");
        json.WriteTime("at", at);
        json.WriteMilliseconds("milliseconds", explanation.Status.LoadTime ?? TimeSpan.Zero);
        json.WriteNumber("bytes", explanation.LoadedBytes ?? 0);
        json.WriteBoolean("measured", explanation.LoadWasMeasured);
        json.WriteNumber("loads", explanation.Status.Loads);
        json.WriteEndObject();
    }

    private static void WriteDeparture(Utf8JsonWriter json, Departure? departure)
    {
        if (departure is null) return;
        json.WriteStartObject("lastDeparture");
        json.WriteTime("at", departure.At);
        json.WriteString("reason", CacheJson.Word(departure.Reason));
        json.WriteNumber("bytes", departure.Bytes);
        if (departure.Reason == LeaveReason.Evicted)
        {
            json.WriteString("for", departure.For?.ToString() ?? "the budget");
            json.WriteString("policy", departure.Policy);
            if (departure.Worth is { } worth) json.WriteNumber("worth", worth);
            if (departure.WorthOfNewcomer is { } other) json.WriteNumber("worthOfNewcomer", other);
        }

        json.WriteEndObject();
    }
}
