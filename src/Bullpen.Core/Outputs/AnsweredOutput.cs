using Bullpen.Core.Tensors;

namespace Bullpen.Core.Outputs;

/// <summary>An output as it is answered.</summary>
/// <param name="Tensor">The output, or the classes that stand for it.</param>
/// <param name="IsBinary">True where its data follows the JSON.</param>
internal readonly record struct AnsweredOutput(NamedTensor Tensor, bool IsBinary);
