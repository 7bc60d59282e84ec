namespace Bullpen.Onnx.Graphs;

/// <summary>
/// How to start the program that writes an entry: it is given a model and a folder, calls <see cref="GraphWriter"/>, and ends when
/// its standard input does.
/// </summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">What comes before the model's path, <c>--to</c> and the folder.</param>
public sealed record OptimizerCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>After this long it is killed. Default ten minutes.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(10);
}
