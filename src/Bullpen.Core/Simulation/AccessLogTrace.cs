using Bullpen.Core.Access;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Simulation;

/// <summary>Makes a trace of an access log that a server recorded (<c>--access-log</c>).</summary>
public static class AccessLogTrace
{
    /// <summary>Reads a log.</summary>
    /// <param name="path">The file.</param>
    /// <param name="unknown">
    /// Requests for models whose size no line says, because no load of theirs succeeded: they are not in the trace.
    /// </param>
    /// <param name="isCut">True where the last line has no end and cannot be read, as a crash leaves it: it is not in the trace.</param>
    /// <exception cref="TraceException">The file cannot be read, another line is no line of an access log, or no request is left.</exception>
    public static Trace Read(string path, out int unknown, out bool isCut)
    {
        var records = new List<AccessRecord>();
        var broken = default(string);
        try
        {
            var number = 0;
            foreach (var line in File.ReadLines(path))
            {
                number++;
                if (broken is not null) throw new TraceException(broken);
                if (line.Length == 0 || line[0] == '#') continue;
                if (AccessLine.Read(line, out var record) is { } fault) broken = $"{path}, line {number}: {fault}.";
                else records.Add(record);
            }

            isCut = broken is not null && !EndsALine(path);
            if (broken is not null && !isCut) throw new TraceException(broken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TraceException($"The trace {path} cannot be read: {e.Message}");
        }

        return Trace(path, records, out unknown);
    }

    private static Trace Trace(string path, List<AccessRecord> records, out int unknown)
    {
        // What the last line says is what the last load measured.
        var known = new Dictionary<ModelId, TraceModel>();
        foreach (var record in records.Where(record => record.Bytes > 0)) known[record.Model] = new TraceModel(record.Model, record.Bytes, record.LoadTime);

        var models = known.Values.ToList();
        var indexes = new Dictionary<ModelId, int>();
        for (var i = 0; i < models.Count; i++) indexes[models[i].Id] = i;

        var asked = records.Where(record => indexes.ContainsKey(record.Model)).OrderBy(record => record.At).ToList();
        unknown = records.Count - asked.Count;
        if (asked.Count == 0) throw new TraceException($"{path} holds no request for a model whose size is known; expected lines such as '{Example}'.");
        return new Trace(path, models, asked.ConvertAll(record => new TraceRequest(record.At - asked[0].At, indexes[record.Model])));
    }

    private static bool EndsALine(string path)
    {
        using var stream = File.OpenRead(path);
        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() == '\n';
    }

    private static string Example => AccessLine.Of(new AccessRecord(
        DateTimeOffset.UnixEpoch, new ModelId("sentiment", ModelId.FirstVersion), AccessOutcome.Miss,
        TimeSpan.FromMilliseconds(3.4), 2_702_512, TimeSpan.FromMilliseconds(3.3))).TrimEnd();
}
