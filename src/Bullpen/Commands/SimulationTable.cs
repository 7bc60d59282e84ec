using System.Globalization;
using Bullpen.Core.Simulation;
using Bullpen.Options;

namespace Bullpen.Commands;

/// <summary>Prints the results of simulations as they come, for people or as CSV.</summary>
internal sealed class SimulationTable
{
    private const string CsvHeader =
        "trace,memory_bytes,policy,requests,hits,hit_ratio,loads,load_seconds,bound_seconds,fixed_set_seconds,wait_p50_seconds,wait_p99_seconds,evictions,reloads_within_a_minute,refused";

    private readonly TextWriter _output;
    private readonly Trace _trace;
    private readonly bool _isCsv;
    private TimeSpan _bound;
    private TimeSpan _fixedSet;

    internal SimulationTable(TextWriter output, Trace trace, bool isCsv)
    {
        (_output, _trace, _isCsv) = (output, trace, isCsv);
        if (isCsv) output.WriteLine(CsvHeader);
        else output.WriteLine(Text($"{trace.Name}: {trace.Requests.Count:n0} requests in {Time(trace.Length)}; the models asked for take {ByteSize.Show(trace.AskedBytes)}"));
    }

    /// <summary>The results that follow are of this budget.</summary>
    internal void Begin(long budget)
    {
        (_bound, _fixedSet) = (OfflineBound.LoadTime(_trace, budget), FixedSet.LoadTime(_trace, budget));
        if (_isCsv) return;
        _output.WriteLine();
        _output.WriteLine($"{ByteSize.Show(budget),-11}{"hits",7}{"load",12}{"wait p50",11}{"wait p99",11}{"evicted",10}{"back in 1 min",15}{"refused",9}");
    }

    /// <summary>One more result of the budget.</summary>
    internal void Add(SimulationResult result)
    {
        if (_isCsv) AddCsv(result);
        else AddRow(result);
    }

    /// <summary>After the last result of a budget: what to compare them with.</summary>
    internal void End()
    {
        if (_isCsv) return;
        _output.WriteLine(Text($"  {"fixed set",-9}{"",7}{Seconds(_fixedSet),12}"));
        _output.WriteLine(Text($"  {"bound",-9}{"",7}{Seconds(_bound),12}"));
    }

    private void AddRow(SimulationResult result) => _output.WriteLine(Text(
        $"  {result.Policy,-9}{result.HitRatio,7:0.0%}{Seconds(result.LoadTime),12}{Milliseconds(result.MedianWait),11}{Milliseconds(result.P99Wait),11}{result.Evictions,10}{result.ReloadsWithinAMinute,15}{result.Refused,9}"));

    private void AddCsv(SimulationResult result) => _output.WriteLine(Text(
        $"{Quoted(_trace.Name)},{result.Budget},{result.Policy},{result.Requests},{result.Hits},{result.HitRatio:0.######},{result.Loads},{result.LoadTime.TotalSeconds:0.######},{_bound.TotalSeconds:0.######},{_fixedSet.TotalSeconds:0.######},{result.MedianWait.TotalSeconds:0.######},{result.P99Wait.TotalSeconds:0.######},{result.Evictions},{result.ReloadsWithinAMinute},{result.Refused}"));

    private static string Seconds(TimeSpan time) => time.TotalSeconds < 100 ? Text($"{time.TotalSeconds:0.000} s") : Text($"{time.TotalSeconds:0} s");

    private static string Milliseconds(TimeSpan time) => Text($"{time.TotalMilliseconds:0.0} ms");

    private static string Time(TimeSpan time) => time.TotalHours >= 1 ? Text($"{time.TotalHours:0.0} h") : Seconds(time);

    /// <summary>As RFC 4180 has it.</summary>
    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
