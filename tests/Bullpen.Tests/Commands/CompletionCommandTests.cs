using System.Diagnostics;
using Bullpen.Commands;
using Bullpen.Options;
using Bullpen.TestKit;

namespace Bullpen.Tests.Commands;

/// <summary>The script of bash is run by bash; those of other shells are looked at.</summary>
public sealed class CompletionCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("bullpen con", "config")]
    [InlineData("bullpen serve --max", "--max-body --max-download --max-lease --max-models --max-unpacked")]
    [InlineData("bullpen --max", "--max-body --max-download --max-lease --max-models --max-unpacked")]
    [InlineData("bullpen serve --memory 2GiB --q", "--queue")]
    [InlineData("bullpen serve --eviction l", "lfu lru")]
    [InlineData("bullpen serve --eviction = l", "lfu lru")]
    [InlineData("bullpen sim", "simulate")]
    [InlineData("bullpen simulate --po", "--policy")]
    [InlineData("bullpen simulate --policy de", "density")]
    [InlineData("bullpen simulate --trace mod", "models models.json")]
    [InlineData("bullpen serve --access-log mod", "models models.json")]
    [InlineData("bullpen completion ba", "bash")]
    [InlineData("bullpen config --js", "--json")]
    [InlineData("bullpen serve --repository mod", "models")]
    [InlineData("bullpen serve --repository = mod", "models")]
    [InlineData("bullpen serve --models-config mod", "models models.json")]
    public void Bash_completes_commands_options_values_folders_and_files(string words, string completions)
    {
        Skip.If(OperatingSystem.IsWindows(), "There is no bash to ask.");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "models"));
        _folder.Write("models.json", "[]"u8);
        var program = _folder.Write("bin/bullpen", System.Text.Encoding.UTF8.GetBytes(
            $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "bullpen.dll")}' \"$@\"\n"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        // COMP_WORDS is split at =, COMP_LINE is what was typed: so bash hands them to a completion function.
        Bash($$"""
            PATH={{Path.GetDirectoryName(program)}}:$PATH
            source <(bullpen completion bash)
            COMP_WORDS=({{words}})
            COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
            COMP_LINE='{{words.Replace(" = ", "=", StringComparison.Ordinal)}}'
            COMP_POINT=${#COMP_LINE}
            $(complete -p bullpen | grep -o '_bullpen')
            echo "${COMPREPLY[*]}"
            """).ShouldBe(completions);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public void Every_script_asks_the_program_and_leaves_folders_and_files_to_the_shell(string shell)
    {
        var script = CompletionCommand.ScriptFor(shell);

        script.ShouldContain("[suggest:");
        script.ShouldNotContain("@F");
        script.ShouldNotContain("\r");
        foreach (var option in ServeOptionNames.All.Append(ConfigFile.Option).Where(option => option.Value is "DIR" or "FILE"))
            script.ShouldContain(option.Flag);
    }

    private string Bash(string script)
    {
        var start = new ProcessStartInfo("bash", ["--norc", "-c", script])
        {
            UseShellExecute = false,
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var bash = Process.Start(start)!;
        var errors = bash.StandardError.ReadToEndAsync();
        var output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        errors.Result.ShouldBeEmpty();
        return output.Trim();
    }
}
