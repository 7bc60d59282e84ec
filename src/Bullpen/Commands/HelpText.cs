using System.CommandLine;
using System.CommandLine.Invocation;

namespace Bullpen.Commands;

/// <summary>Prints the help of the command that was asked about.</summary>
/// <param name="pages">The help of each command.</param>
internal sealed class HelpText(IReadOnlyDictionary<Command, string> pages) : SynchronousCommandLineAction
{
    /// <summary>Who asks for help need not have said everything yet.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(pages[parseResult.CommandResult.Command].ReplaceLineEndings(Environment.NewLine));
        return ExitCodes.Done;
    }
}
