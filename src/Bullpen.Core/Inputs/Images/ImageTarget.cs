using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.Images;

/// <summary>The input that images are decoded for: uint8 [H,W,3], or [N,H,W,3] with a batch axis.</summary>
internal sealed class ImageTarget
{
    private const int Channels = 3;

    /// <summary>The image input of a model.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidModel"/>: the model has no such input.</exception>
    public ImageTarget(ModelDescription model)
    {
        Model = model.Name;
        Input = model.Signature.Inputs is [{ Type: ElementType.UInt8, Shape.Rank: 3 or 4 } input]
            && input.Shape[input.Shape.Rank - 1] is Channels or TensorShape.Dynamic
                ? input
                : throw new ServingException(
                    ServingErrorKind.InvalidModel,
                    $"Model {model.Name} is declared to take images, but has not one input uint8 [height,width,{Channels}] or [N,height,width,{Channels}]; "
                    + "scaling, other channels and other layouts belong into the model's own graph.")
                {
                    Model = model.Name,
                };
    }

    /// <summary>The model's name.</summary>
    public string Model { get; }

    /// <summary>The input.</summary>
    public TensorSpec Input { get; }

    /// <summary>True where axis 0 counts images.</summary>
    public bool IsBatched => Input.Shape.Rank == 4;

    /// <summary>The size to decode to: what the input fixes, otherwise the image's own within the limit.</summary>
    public ImageSize SizeWithin(int maxSide)
    {
        var height = Input.Shape[Input.Shape.Rank - 3];
        var width = Input.Shape[Input.Shape.Rank - 2];
        return new ImageSize(
            width == TensorShape.Dynamic ? null : (int)width, height == TensorShape.Dynamic ? null : (int)height, maxSide);
    }

    /// <summary>Data that is not an image for this input.</summary>
    public ServingException Unfit(string expected, string actual) => ServingException.InvalidInput(Model, Input.Name, expected, actual);
}
