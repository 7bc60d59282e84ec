using System.Globalization;
using System.Runtime.InteropServices;
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

    /// <summary>
    /// As ORT_ENFORCE writes it: <c>/src/core/reshape.h:47 Type ns::Name(args) [with T = float] condition was false. </c>; the name may be
    /// <c>operator()</c>, and a lambda's is that of its function with <c>::&lt;lambda()&gt;</c> behind.
    /// </summary>
    private static readonly Regex SourceLocation = new(
        @"(/|[A-Za-z]:\\)[^\s:]*\.(cc|h|hpp|cpp|inc):\d+\s+\S.*?\)(::<lambda\([^>]*\)>)?(\([^()]*\))?(\s+const)?(\s+\[with[^\]]*\])?(\s.*? was false\.)?\s*",
        Linear | RegexOptions.Singleline);

    /// <summary>As ORT_MAKE_STATUS writes it: <c>tensorprotoutils.cc:461 ValidatePath </c></summary>
    private static readonly Regex ShortSourceLocation = new(@"\b\w+\.(cc|h|hpp|cpp|inc):\d+\s+[\w:~]+\s+", Linear);

    /// <summary>The model's name stands before the reason already.</summary>
    private static readonly Regex LoadPrefix = new(@"^Load model from .*? failed:\s*", Linear);

    private static readonly Regex FailedNode = new(
        @"Non-zero status code returned while running (?<operator>\S+) node\. Name:'(?<name>[^']*)' Status Message: ", Linear);

    private static readonly Regex AbsolutePath = new(
        @"(?<before>^|[^\w./\\])((?<drive>[A-Za-z]:\\)([^\\\s""':,;()]+\\)*|/(?<root>[^/\s""':,;()]+)/([^/\s""':,;()]+/)*)(?<file>[^/\\\s""':,;()]*)",
        Linear);

    private static readonly Regex SystemError = new(@"\bsystem error number (?<number>[0-9]{1,6})\b", Linear);

    private static readonly Regex WhiteSpace = new(@"\s+", Linear);

    /// <summary>The reason of an exception met with <paramref name="file"/>.</summary>
    public static string Of(Exception exception, ModelFile file)
    {
        var folder = Path.GetDirectoryName(file.Path) + Path.DirectorySeparatorChar;
        var text = exception.Message.Replace(folder, "", StringComparison.Ordinal);
        text = ErrorCode.Replace(text, "");
        text = SourceLocation.Replace(text, "");
        text = AbsolutePath.Replace(text, match => IsOfThisMachine(match) ? match.Result("${before}${file}") : match.Value);
        text = WhiteSpace.Replace(ShortSourceLocation.Replace(text, ""), " ").Trim();
        text = SystemError.Replace(text, DescribeSystemError);
        text = FailedNode.Replace(LoadPrefix.Replace(text, ""), DescribeNode);
        return text.Length <= LongestReason ? text : text[..LongestReason] + " …";
    }

    private static string DescribeSystemError(Match match)
    {
        var number = int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        return $"{match.Value} ({Marshal.GetPInvokeErrorMessage(number)})";
    }

    private static string DescribeNode(Match match) => match.Groups["name"].Length > 0
        ? match.Result("operator ${operator} (${name}): ")
        : match.Result("operator ${operator}: ");

    /// <summary>Nodes are often named like files (<c>/encoder/MatMul</c>): a path begins with a folder that exists.</summary>
    private static bool IsOfThisMachine(Match match) =>
        match.Groups["drive"].Success || Directory.Exists("/" + match.Groups["root"].Value);
}
