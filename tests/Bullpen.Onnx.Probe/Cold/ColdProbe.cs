using System.Diagnostics;
using System.Globalization;
using Bullpen.Core.Runtimes;
using Bullpen.Onnx.Graphs;
using Bullpen.Onnx.Probe.Recipes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.Onnx.Probe.Cold;

/// <summary>
/// <c>cold FOLDER ROUNDS MODE,MODE… MODEL…</c>: loads each model in every mode, each time in a fresh process, the modes taking
/// turns, and prints a table of medians. The first mode is what the others are compared with.
/// </summary>
internal static class ColdProbe
{
    private const double MB = 1e6;

    public static async Task<int> RunAsync(string folder, string rounds, string modes, string[] models)
    {
        Directory.CreateDirectory(folder);
        // One of each kind: the first convolution of a process touches pages of the library that are no part of a model.
        string[] warm = [Path.Combine(folder, "warm-bert.onnx"), Path.Combine(folder, "warm-cnn.onnx")];
        new BertRecipe(1, 128, 512, 1000).Write(warm[0], seed: 1);
        CnnRecipe.Write(warm[1], seed: 1, narrowing: 8);
        foreach (var model in warm.Concat(models)) await WriteEntryAsync(folder, model);

        Console.WriteLine("| model | MB | mode | create ms | ready ms | ratio | again: create | ready | ratio | steady ms | ratio | anon MB: load | load + runs | file MB | measured MB: private | mapped | measured / truth |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var model in models)
        {
            var loads = modes.Split(',').ToDictionary(mode => mode, _ => new List<ColdLoad>());
            for (var i = 0; i < int.Parse(rounds, CultureInfo.InvariantCulture); i++)
                foreach (var (mode, list) in loads) list.Add(await ChildAsync(["cold-child", mode, folder, model, .. warm]));
            Print(model, loads);
        }

        return 0;
    }

    public static int WriteEntry(string model, string folder)
    {
        if (GraphWriter.Write(model, folder, CancellationToken.None) is { } refusal) Console.Error.WriteLine(refusal);
        return 0;
    }

    private static void Print(string model, Dictionary<string, List<ColdLoad>> loads)
    {
        var (name, size) = (Path.GetFileNameWithoutExtension(model), new FileInfo(model).Length / MB);
        var basis = loads.Values.First();
        double Basis(Func<ColdLoad, double> value) => Median(basis, value);
        foreach (var (mode, list) in loads)
        {
            double Of(Func<ColdLoad, double> value) => Median(list, value);
            // Activations of runs are no part of a loaded model; the pages of the file that it maps are there once they were touched.
            var truth = Of(load => load.AnonLoaded + load.FileRun);
            var measured = Of(load => load.Private + load.Mapped);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {size:F0} | {mode} | {Of(l => l.Created):F1} | {Of(l => l.Ready):F1} | {Of(l => l.Ready) / Basis(l => l.Ready):F2} "
                + $"| {Of(l => l.AgainCreated):F1} | {Of(l => l.AgainReady):F1} | {Of(l => l.AgainReady) / Basis(l => l.AgainReady):F2} "
                + $"| {Of(l => l.Steady):F2} | {Of(l => l.Steady) / Basis(l => l.Steady):F3} "
                + $"| {Of(l => l.AnonLoaded) / MB:F1} | {Of(l => l.AnonRun) / MB:F1} | {Of(l => l.FileRun) / MB:F1} "
                + $"| {Of(l => l.Private) / MB:F1} | {Of(l => l.Mapped) / MB:F1} | {(measured > 0 ? measured / truth : 0):F3} |"));
        }
    }

    private static double Median(IEnumerable<ColdLoad> loads, Func<ColdLoad, double> value)
    {
        var sorted = loads.Select(value).Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static async Task WriteEntryAsync(string folder, string model)
    {
        var store = ColdSessions.Store(folder);
        var optimizer = new GraphOptimizer(
            store, new OptimizerCommand(Host, [Assembly, "optimize"]), TimeProvider.System, NullLogger<GraphOptimizer>.Instance);
        var file = new ModelFile("model", model);
        if (await optimizer.IsWantedAsync(file, CancellationToken.None)) await optimizer.OptimizeAsync(file, CancellationToken.None);
        if (optimizer.Foresee(file) is null) throw new InvalidOperationException($"There is no entry for {model}.");
        await File.WriteAllTextAsync(Path.Combine(folder, Path.GetFileName(model) + ".entry"), store.FolderOf(file));
    }

    private static async Task<ColdLoad> ChildAsync(params string[] arguments)
    {
        using var child = Process.Start(new ProcessStartInfo(Host, [Assembly, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return child.ExitCode == 0 ? ColdLoad.Parse(output.Trim()) : throw new InvalidOperationException($"{string.Join(' ', arguments)} failed.");
    }

    private static string Host => Environment.ProcessPath!;

    private static string Assembly => typeof(ColdProbe).Assembly.Location;
}
