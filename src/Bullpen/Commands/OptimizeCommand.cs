using System.CommandLine;
using Bullpen.Hosting;

namespace Bullpen.Commands;

/// <summary>
/// <c>bullpen optimize MODEL --to DIR</c>: what the server has a process of its own do after a first load. Hidden: the server
/// alone knows what to name the folder.
/// </summary>
internal sealed class OptimizeCommand
{
    private readonly Argument<FileInfo> _model = new("model") { HelpName = "MODEL" };
    private readonly Option<DirectoryInfo> _to = new("--to") { HelpName = "DIR", Required = true };
    private readonly Option<bool> _attached = new(OptimizerChild.Attached);

    internal OptimizeCommand()
    {
        Command = new Command(OptimizerChild.CommandName, "Write the optimised graph of a model, its packed weights and what they are worth into a folder.") { Hidden = true };
        Command.Arguments.Add(_model);
        Command.Options.Add(_to);
        Command.Options.Add(_attached);
        Command.SetAction(Run);
    }

    internal Command Command { get; }

    private int Run(ParseResult parsed)
    {
        if (parsed.GetValue(_attached)) EndWithStandardInput();
        try
        {
            var folder = Directory.CreateDirectory(parsed.GetRequiredValue(_to).FullName);
            var refusal = OptimizerChild.Write(parsed.GetRequiredValue(_model).FullName, folder.FullName);
            Console.Out.WriteLine(refusal is null ? "Written." : $"Not worth it: {refusal}");
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Console.Error.WriteLine($"bullpen: {e.Message.ReplaceLineEndings(" ")}");
            return ExitCodes.Failed;
        }
    }

    private static void EndWithStandardInput()
    {
        var watch = new Thread(() =>
        {
            Console.In.ReadToEnd();
            Environment.Exit(ExitCodes.Failed);
        })
        { IsBackground = true };
        watch.Start();
    }
}
