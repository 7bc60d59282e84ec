namespace Bullpen.Core.Tensors;

/// <summary>What a model says of one input or output.</summary>
/// <param name="Name">The name in the model's graph.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The shape; dimensions that a request chooses are <see cref="TensorShape.Dynamic"/>.</param>
public sealed record TensorSpec(string Name, ElementType Type, TensorShape Shape)
{
    /// <summary>As messages show it: <c>petal_width: float32[-1,1]</c>.</summary>
    public override string ToString() => $"{Name}: {ElementTypes.NameOf(Type)}{Shape}";
}
