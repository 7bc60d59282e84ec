using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Bullpen.Hosting;

namespace Bullpen.Commands;

/// <summary><c>bullpen version</c>: what a bug report needs.</summary>
internal sealed class VersionCommand
{
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON." };

    internal VersionCommand()
    {
        Command = new Command("version", "Show the versions of Bullpen and of what it stands on.");
        Command.Options.Add(_json);
        Command.SetAction(Run);
    }

    internal Command Command { get; }

    private int Run(ParseResult parsed)
    {
        (string Key, string Label, string Value)[] lines =
        [
            ("bullpen", "Bullpen", ProductVersion.Text),
            ("dotnet", ".NET", Environment.Version.ToString()),
            ("onnxruntime", "ONNX Runtime", NativeVersions.OnnxRuntime() ?? "not available"),
            ("libvips", "libvips", NativeVersions.Vips() ?? "not available"),
            ("os", "system", RuntimeInformation.OSDescription.Trim()),
            ("architecture", "architecture", RuntimeInformation.RuntimeIdentifier),
        ];
        if (parsed.GetValue(_json))
            Console.Out.WriteLine(JsonOutput.Text(new JsonObject(lines.Select(line => KeyValuePair.Create(line.Key, (JsonNode?)line.Value)))));
        else
            foreach (var (_, label, value) in lines) Console.Out.WriteLine($"{label,-14}{value}");
        return ExitCodes.Done;
    }
}
