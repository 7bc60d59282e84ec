using System.Globalization;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;

namespace Bullpen.Onnx.Probe.Cold;

/// <summary>
/// <c>cold-child MODE STORE MODEL WARM…</c>: loads one model in a process that has run others (WARM) before, so that neither
/// the compiler nor the library's start is measured.
/// </summary>
internal static class ColdChild
{
    private const int SteadyRuns = 15;
    private const int Vocabulary = 30522;
    private const int LongestSequence = 512;

    public static int Run(string mode, string folder, string model, string[] warm)
    {
        var sessions = new ColdSessions(mode, folder);
        foreach (var other in warm.Concat(warm))
        {
            using var first = sessions.Open(other);
            Touch(first, ColdInputs.Of(first.Signature, 0));
        }

        GC.Collect();
        if (mode.EndsWith("-dropped", StringComparison.Ordinal)) PageCache.Drop(sessions.FilesOf(model));
        var (anon, mapped) = (Status("RssAnon"), Status("RssFile"));
        var result = Load(sessions, model, out var session);
        result = result with { AnonLoaded = result.AnonLoaded - anon, Private = session.Footprint.PrivateBytes, Mapped = session.Footprint.MappedBytes };

        var steady = new List<double>();
        var input = ColdInputs.Of(session.Signature, 0);
        for (var i = 0; i < SteadyRuns; i++) steady.Add(Time(() => Touch(session, input)));
        steady.Sort();
        TouchAll(session);
        result = result with { Steady = steady[SteadyRuns / 2], AnonRun = Status("RssAnon") - anon, FileRun = Status("RssFile") - mapped };
        session.Dispose();

        var again = Load(sessions, model, out session);
        session.Dispose();
        Console.WriteLine(result with { AgainCreated = again.Created, AgainReady = again.Ready });
        return 0;
    }

    private static ColdLoad Load(ColdSessions sessions, string model, out IModelSession session)
    {
        IModelSession? opened = null;
        var created = Time(() => opened = sessions.Open(model));
        session = opened!;
        var anon = Status("RssAnon");
        var inputs = ColdInputs.Of(session.Signature, 0);
        var (runner, run) = (opened!, 0.0);
        run = Time(() => Touch(runner, inputs));
        return new ColdLoad { Created = created, Ready = created + run, AnonLoaded = anon };
    }

    /// <summary>Every row of an embedding is touched by as many runs as it takes.</summary>
    private static void TouchAll(IModelSession session)
    {
        // The kernel maps 16 pages around each one that is touched: every eighth row is enough.
        for (var id = 0; id < Vocabulary; id += 8 * LongestSequence / 4) Touch(session, ColdInputs.Of(session.Signature, id, LongestSequence / 4, step: 8));
        Touch(session, ColdInputs.Of(session.Signature, 0, LongestSequence));
    }

    private static void Touch(IModelSession session, NamedTensor[] inputs) => session.Run(inputs, session.Signature.OutputNames, CancellationToken.None);

    private static double Time(Action action)
    {
        var started = TimeProvider.System.GetTimestamp();
        action();
        return TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
    }

    private static long Status(string key) => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(key, StringComparison.Ordinal))[(key.Length + 1)..^2],
        NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
}
