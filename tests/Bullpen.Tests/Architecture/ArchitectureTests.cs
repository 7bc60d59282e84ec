using System.Text.RegularExpressions;
using Bullpen.TestKit;

namespace Bullpen.Tests.Architecture;

/// <summary>The arrows of ARCHITECTURE.md, read from the sources: who may name whom.</summary>
public sealed class ArchitectureTests
{
    /// <summary>For each folder of the domain, the folders that it may name.</summary>
    private static readonly Dictionary<string, string[]> Ladder = new()
    {
        ["Tensors"] = [],
        ["Telemetry"] = [],
        ["State"] = [],
        ["Runtimes"] = ["Tensors"],
        ["Repository"] = ["Runtimes"],
        ["Scheduling"] = ["Runtimes", "Tensors"],
        ["Access"] = ["Repository"],
        ["Models"] = ["Repository", "Runtimes", "Scheduling", "State", "Telemetry"],
        ["Inputs"] = ["Repository", "Runtimes", "Tensors"],
        ["Outputs"] = ["Inputs", "Repository", "Runtimes", "Tensors"],
        ["Administration"] = ["Models", "Repository", "State"],
        ["Simulation"] = ["Access", "Models", "Repository", "Runtimes", "Scheduling", "Tensors"],
        ["Inference"] = ["Access", "Inputs", "Models", "Outputs", "Repository", "Runtimes", "Scheduling", "Tensors"],
    };

    /// <summary>For each folder of the host, the folders of the host that it may name.</summary>
    private static readonly Dictionary<string, string[]> Host = new()
    {
        ["Options"] = [],
        ["Operations"] = [],
        ["Http"] = ["Operations"],
        ["Lifecycle"] = ["Options"],
        ["Telemetry"] = ["Http", "Lifecycle", "Operations", "Options"],
        ["Descriptions"] = ["Operations", "Telemetry"],
        ["Protocols"] = ["Descriptions", "Http", "Lifecycle", "Operations", "Telemetry"],
        ["Hosting"] = ["Http", "Lifecycle", "Operations", "Options", "Protocols", "Telemetry"],
        ["Supervision"] = [],
        ["Commands"] = ["Hosting", "Options", "Supervision"],
    };

    [Fact]
    public void Folders_of_the_domain_name_only_those_below_them() => Check("Bullpen.Core", "Bullpen.Core", Ladder);

    [Fact]
    public void Folders_of_the_host_name_only_those_they_may() => Check("Bullpen", "Bullpen", Host);

    [Fact]
    public void Protocols_never_see_each_other()
    {
        var folders = Directory.GetDirectories(Checkout.At("src", "Bullpen", "Protocols")).Select(folder => Path.GetFileName(folder)).ToList();
        folders.Count.ShouldBeGreaterThan(1);
        foreach (var protocol in folders)
            foreach (var other in folders.Where(other => other != protocol))
                foreach (var file in Sources("Bullpen", Path.Combine("Protocols", protocol)))
                    Regex.IsMatch(Code(file), $@"(?<![\w]){other}\.", RegexOptions.None, TimeSpan.FromSeconds(5)).ShouldBeFalse($"{file} names {other}");
    }

    [Fact]
    public void What_lies_at_the_root_of_the_domain_names_no_folder_of_it()
    {
        var folders = Directory.GetDirectories(Checkout.At("src", "Bullpen.Core")).Select(folder => Path.GetFileName(folder)!).ToList();
        foreach (var file in Directory.GetFiles(Checkout.At("src", "Bullpen.Core"), "*.cs"))
            NamedFolders(Code(file), "Bullpen.Core", "Bullpen.Core", folders).ShouldBeEmpty(file);
    }

    [Fact]
    public void Only_the_place_that_puts_the_server_together_its_child_and_the_list_of_versions_name_the_adapters()
    {
        var naming = Sources("Bullpen", "").Where(file =>
            Code(file).Contains("Bullpen.Onnx.") || Code(file).Contains("Bullpen.Imaging.") || Code(file).Contains("Bullpen.State.")
            || Code(file).Contains("Bullpen.Sources."));

        naming.Select(file => Path.GetFileName(file)).ShouldBe(["NativeVersions.cs", "OptimizerChild.cs", "ServerHost.cs"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("Bullpen.Core", "Microsoft.AspNetCore", "Microsoft.ML.OnnxRuntime", "Microsoft.Data.Sqlite", "Bullpen.Onnx", "Bullpen.Imaging", "Bullpen.State", "Bullpen.Sources", "System.IO.Compression", "System.Formats.Tar", "System.Net.Http")]
    [InlineData("Bullpen.Onnx", "Microsoft.AspNetCore", "Bullpen.Imaging", "Bullpen.State", "Bullpen.Sources", "Bullpen.Http", "Bullpen.Hosting")]
    [InlineData("Bullpen.Imaging", "Microsoft.AspNetCore", "Microsoft.ML.OnnxRuntime", "Bullpen.Onnx", "Bullpen.State", "Bullpen.Sources")]
    [InlineData("Bullpen.State", "Microsoft.AspNetCore", "Microsoft.ML.OnnxRuntime", "Bullpen.Onnx", "Bullpen.Imaging", "Bullpen.Sources")]
    [InlineData("Bullpen.Sources", "Microsoft.AspNetCore", "Microsoft.ML.OnnxRuntime", "Microsoft.Data.Sqlite", "Bullpen.Onnx", "Bullpen.Imaging", "Bullpen.State")]
    [InlineData("Bullpen", "Microsoft.ML.OnnxRuntime", "Microsoft.Data.Sqlite")]
    public void A_project_does_not_see_what_is_not_its_business(string project, params string[] foreign)
    {
        var references = File.ReadAllText(Checkout.At("src", project, project + ".csproj"));
        foreach (var name in foreign)
        {
            references.ShouldNotContain($"/{name}.csproj", Case.Sensitive);
            references.ShouldNotContain($"PackageReference Include=\"{name}", Case.Sensitive);
            foreach (var file in Sources(project, ""))
                Code(file).ShouldNotContain(name + ".", Case.Sensitive, file);
        }
    }

    [Fact]
    public void No_file_of_source_or_tests_is_longer_than_400_lines()
    {
        var tooLong = Written(Checkout.At("src")).Concat(Written(Checkout.At("tests")))
            .Where(file => File.ReadLines(file).Count() > 400).Select(file => Path.GetRelativePath(Checkout.Root, file));

        tooLong.ShouldBeEmpty();
    }

    private static void Check(string project, string rootNamespace, Dictionary<string, string[]> ladder)
    {
        var folders = Directory.GetDirectories(Checkout.At("src", project)).Select(folder => Path.GetFileName(folder)!)
            .Where(folder => folder is not ("bin" or "obj" or "Properties")).ToList();
        folders.Order().ShouldBe(ladder.Keys.Order(), $"every folder of {project} has its place on the ladder");

        var wrong = new List<string>();
        foreach (var folder in folders)
            foreach (var file in Sources(project, folder))
                foreach (var named in NamedFolders(Code(file), project, rootNamespace, folders))
                    if (named != folder && !ladder[folder].Contains(named))
                        wrong.Add($"{Path.GetRelativePath(Checkout.Root, file)} names {rootNamespace}.{named}");
        wrong.Distinct().ShouldBeEmpty();
    }

    /// <summary>The folders that a source names: <c>Bullpen.Core.Models</c>, and <c>Models.ModelCache</c> as C# lets a neighbour say it.</summary>
    private static IEnumerable<string> NamedFolders(string source, string project, string rootNamespace, List<string> folders) =>
        folders.Where(folder =>
        {
            var types = Sources(project, folder).Select(file => Path.GetFileNameWithoutExtension(file));
            var names = $@"\b{Regex.Escape(rootNamespace)}\.{folder}\b|(?<![\w.]){folder}\.(?:\w+\.)?(?:{string.Join('|', types)})\b";
            return Regex.IsMatch(source, names, RegexOptions.None, TimeSpan.FromSeconds(5));
        });

    /// <summary>A source file without its comments and its using directives' semicolons, so that names end in a dot or not at all.</summary>
    private static string Code(string file) => string.Join(
        '\n', File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)).Select(line => line.Replace(';', '.')));

    private static IEnumerable<string> Sources(string project, string folder) => Written(Checkout.At("src", project, folder));

    /// <summary>What people wrote in a folder, and no build.</summary>
    private static IEnumerable<string> Written(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Regex.IsMatch(file, @"[\\/](?:bin|obj|node_modules)[\\/]", RegexOptions.None, TimeSpan.FromSeconds(5)));
}
