using System.CommandLine;
using System.Globalization;
using Bullpen.Core;
using Bullpen.Core.Models;
using Bullpen.Core.Simulation;
using Bullpen.Options;

namespace Bullpen.Commands;

/// <summary><c>bullpen simulate</c>: what other budgets and policies would have made of a trace.</summary>
internal sealed class SimulateCommand
{
    /// <summary>The option that takes a file, or a kind of trace.</summary>
    internal const string Trace = "--trace";

    private const string AllPolicies = "all";
    private const int MostModels = 1_000_000, MostRequests = 100_000_000;

    private readonly Option<string> _trace = new(Trace) { HelpName = "FILE|KIND", Description = "An access log, or a kind of trace to make up.", Required = true };
    private readonly Option<string> _memory = new("--memory") { HelpName = "SIZE[,SIZE…]", DefaultValueFactory = _ => "512MiB,1GiB,2GiB,4GiB" };
    private readonly Option<string> _policy = new("--policy") { HelpName = "NAME[,NAME…]", DefaultValueFactory = _ => AllPolicies };
    private readonly Option<string?> _halfLife = new("--half-life") { HelpName = "TIME" };
    private readonly Option<string> _models = new("--models") { HelpName = "N", DefaultValueFactory = _ => "1000" };
    private readonly Option<string> _requests = new("--requests") { HelpName = "N", DefaultValueFactory = _ => "200000" };
    private readonly Option<string> _rate = new("--rate") { HelpName = "N", DefaultValueFactory = _ => "5" };
    private readonly Option<string> _seed = new("--seed") { HelpName = "N", DefaultValueFactory = _ => "1" };
    private readonly Option<string> _loads = new("--loads") { HelpName = "stored|plain", DefaultValueFactory = _ => "stored" };
    private readonly Option<bool> _csv = new("--csv") { Description = "Print CSV." };

    internal SimulateCommand()
    {
        Command = new Command("simulate", "Replay an access log against other memory budgets and eviction policies.");
        foreach (var option in new Option[] { _trace, _memory, _policy, _halfLife, _models, _requests, _rate, _seed, _loads, _csv }) Command.Options.Add(option);
        _policy.CompletionSources.Add([.. EvictionPolicies.Names, AllPolicies]);
        _loads.AcceptOnlyFromAmong("stored", "plain");
        Command.SetAction(Run);
    }

    internal Command Command { get; }

    private int Run(ParseResult parsed)
    {
        try
        {
            var (budgets, policies, options) = (Budgets(parsed), Policies(parsed), Options(parsed));
            var trace = Read(parsed);
            var output = new SimulationTable(Console.Out, trace, isCsv: parsed.GetValue(_csv));
            foreach (var budget in budgets)
            {
                output.Begin(budget);
                foreach (var policy in policies) output.Add(Simulator.Run(trace, policy, budget, options));
                output.End();
            }

            return ExitCodes.Done;
        }
        catch (Exception e) when (e is OptionException or TraceException)
        {
            Console.Error.WriteLine($"bullpen: {e.Message}");
            return ExitCodes.Failed;
        }
    }

    private Trace Read(ParseResult parsed)
    {
        var text = parsed.GetRequiredValue(_trace);
        if (SyntheticTrace.Parse(text) is { } kind)
        {
            return (kind with
            {
                Models = Number(parsed, _models, 1, MostModels),
                Requests = Number(parsed, _requests, 1, MostRequests),
                Rate = Number(parsed, _rate, 1, 1_000_000),
                AreStored = parsed.GetRequiredValue(_loads) == "stored",
                Seed = Number(parsed, _seed, 0, int.MaxValue),
            }).Make();
        }

        if (!File.Exists(text)) throw new OptionException($"--trace: '{text}' is neither a file nor {SyntheticTrace.Rule}.");
        var trace = AccessLogTrace.Read(text, out var unknown, out var isCut);
        if (isCut) Console.Error.WriteLine($"bullpen: the last line of {text} is left out: it is not complete, as a crash leaves it.");
        if (unknown > 0) Console.Error.WriteLine($"bullpen: {unknown} requests in {text} are left out: no line says how large their models are.");
        return trace;
    }

    private List<long> Budgets(ParseResult parsed) => [.. Items(parsed.GetRequiredValue(_memory)).Select(text =>
        ByteSize.TryParse(text, out var bytes) ? bytes : throw new OptionException($"--memory: '{text}' is not {ByteSize.Rule}."))];

    private IReadOnlyList<EvictionPolicy> Policies(ParseResult parsed)
    {
        var text = parsed.GetRequiredValue(_policy);
        if (text.Equals(AllPolicies, StringComparison.OrdinalIgnoreCase)) return EvictionPolicies.All;
        return [.. Items(text).Select(name => EvictionPolicies.Find(name)
            ?? throw new OptionException($"--policy: '{name}' is not a policy; there is {string.Join(", ", EvictionPolicies.Names)}, or all."))];
    }

    private SimulationOptions Options(ParseResult parsed)
    {
        if (parsed.GetValue(_halfLife) is not { } text) return new SimulationOptions();
        if (!Duration.TryParse(text, out var halfLife) || halfLife <= TimeSpan.Zero) throw new OptionException($"--half-life: '{text}' is not {Duration.Rule}.");
        return new SimulationOptions { Cache = new ModelCacheOptions { UseHalfLife = halfLife } };
    }

    private static int Number(ParseResult parsed, Option<string> option, int least, int most)
    {
        var text = parsed.GetRequiredValue(option);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new OptionException($"{option.Name}: '{text}' is not a whole number from {least} to {most}.");
    }

    private static string[] Items(string list) => list.Split(',', StringSplitOptions.TrimEntries);
}
