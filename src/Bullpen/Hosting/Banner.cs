using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Options;

namespace Bullpen.Hosting;

/// <summary>What a start says: where it listens, what it serves, how much memory models may take.</summary>
internal static class Banner
{
    internal static void Write(TextWriter output, WebApplication server, ServeOptions options, ModelCatalog catalog)
    {
        var broken = catalog.List().Where(model => model.Default.Fault is not null).ToList();
        var listed = broken.Count == 0 ? "" : $", {broken.Count} of them broken";
        var limit = options.MaxModels is { } max ? $", at most {max} models" : "";
        var (url, management) = (server.Urls.First(), server.Urls.Last());
        output.WriteLine($"Bullpen {ProductVersion.Text} listens on {url}");
        if (management != url) output.WriteLine($"  management  {management}");
        output.WriteLine(options switch
        {
            { IsExternal: true } => $"  model store {options.ModelStore}",
            { Model: { } single } => $"  model       {single}",
            _ => $"  repository  {options.Repository}",
        });
        output.WriteLine($"  models      {catalog.Count} registered{listed}, loaded {(options.IsExternal ? "by POST /models alone" : "on demand")}");
        output.WriteLine($"  memory      {ByteSize.Show(options.Memory)} for models{limit}; eviction: {(options.IsExternal ? "none, the platform unloads" : options.Eviction)}");
        output.WriteLine($"  try         curl {management}/models");
        var floor = server.Services.GetRequiredService<ProcessFloor>().Now().Total;
        if (options.Memory > options.MachineMemory - floor) server.Logger.MemoryIsTight(options.Memory, floor, options.MachineMemory);
        foreach (var model in broken) server.Logger.BrokenModel(model.Name, model.Default.Fault!);
    }
}
