using System.Text.RegularExpressions;
using Bullpen.Core.Runtimes;

namespace Bullpen.Onnx;

/// <summary>
/// What is worth telling of a native message: one line, without error codes, source files, and the places of files on
/// this machine.
/// </summary>
internal static class NativeReason
{
    private const int LongestReason = 500;

    /// <summary>Messages quote names from the model's file: patterns over them take linear time.</summary>
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static readonly Regex ErrorCode = new(@"\[ErrorCode:\w+\]\s*", Linear);

    /// <summary>As ORT_ENFORCE writes it: <c>/src/core/reshape.h:47 Type ns::Name(args) [with T = float] condition was false. </c></summary>
    private static readonly Regex SourceLocation = new(
        @"(/|[A-Za-z]:\\)[^\s:]*\.(cc|h|hpp|cpp|inc):\d+\s+\S.*?\)(\s+const)?(\s+\[with[^\]]*\])?(\s.*? was false\.)?\s*",
        Linear | RegexOptions.Singleline);

    private static readonly Regex AbsolutePath = new(
        @"(?<before>^|[^\w./\\])((?<drive>[A-Za-z]:\\)([^\\\s""':,;()]+\\)*|/(?<root>[^/\s""':,;()]+)/([^/\s""':,;()]+/)*)(?<file>[^/\\\s""':,;()]*)",
        Linear);

    private static readonly Regex WhiteSpace = new(@"\s+", Linear);

    /// <summary>The reason of an exception met with <paramref name="file"/>.</summary>
    public static string Of(Exception exception, ModelFile file)
    {
        var folder = Path.GetDirectoryName(file.Path) + Path.DirectorySeparatorChar;
        var text = exception.Message.Replace(folder, "", StringComparison.Ordinal);
        text = ErrorCode.Replace(text, "");
        text = SourceLocation.Replace(text, "");
        text = AbsolutePath.Replace(text, match => IsOfThisMachine(match) ? match.Result("${before}${file}") : match.Value);
        text = WhiteSpace.Replace(text, " ").Trim();
        return text.Length <= LongestReason ? text : text[..LongestReason] + " …";
    }

    /// <summary>Nodes are often named like files (<c>/encoder/MatMul</c>): a path begins with a folder that exists.</summary>
    private static bool IsOfThisMachine(Match match) =>
        match.Groups["drive"].Success || Directory.Exists("/" + match.Groups["root"].Value);
}
