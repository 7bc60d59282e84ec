using System.Text;
using System.Text.Json;
using Bullpen.Core.Inputs.Elements;
using Bullpen.Core.Inputs.Images;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs;

/// <summary>
/// A model with one uint8 input of pixels: takes an image as <see cref="ImageReader"/> finds it, an array of images where
/// there is a batch axis (elsewhere of one), an image file as the body, or the pixels as nested arrays.
/// </summary>
internal sealed class ImageInput(ModelDescription model, bool isStrict, ImageReader reader, InputOptions options) : ModelInput(model, isStrict)
{
    private readonly ImageTarget _target = new(model);

    protected override string Expected => "an image file, or JSON that names or holds one";

    public override BoundInputs BindJson(JsonElement value)
    {
        value = Named(value);
        if (value.ValueKind != JsonValueKind.Array) return Bind([reader.Read(_target, value)], isSingle: true);
        if (value.GetArrayLength() == 0) throw Unfit("an empty array");
        return value[0].ValueKind is JsonValueKind.Array or JsonValueKind.Number ? BindPixels(value) : BindImages(value);
    }

    public override BoundInputs BindText(string text) => Bind([reader.Read(_target, Encoding.UTF8.GetBytes(text.Trim()))], isSingle: true);

    public override BoundInputs BindImage(ReadOnlyMemory<byte> encoded) => Bind([reader.Decode(_target, encoded)], isSingle: true);

    public override void WriteExample(Utf8JsonWriter json) => json.WriteStringValue(ExampleValues.Picture);

    // {input name: value} is the value.
    private JsonElement Named(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() == 1
        && value.EnumerateObject().First() is var only && JsonText.NameOf(only) == _target.Input.Name
            ? only.Value
            : value;

    private BoundInputs BindImages(JsonElement array)
    {
        var count = array.GetArrayLength();
        if (!_target.IsBatched && count > 1) throw Unfit($"{count} images; the model takes one image a request");
        if (count > options.MaxImages)
        {
            throw new ServingException(
                ServingErrorKind.TooLarge,
                $"Model {Model.Name}, input {_target.Input.Name}: {count} images are over the limit of {options.MaxImages} a request.")
            {
                Model = Model.Name,
                Field = _target.Input.Name,
            };
        }

        return Bind([.. array.EnumerateArray().Select(image => reader.Read(_target, Named(image)))], isSingle: false);
    }

    private BoundInputs BindPixels(JsonElement array)
    {
        var pixels = NestedArray.Read(Model.Name, _target.Input.Name, ElementType.UInt8, array, Reading);
        var (shape, isSingle) = ShapeFit.Fit(_target.Input.Shape, pixels.Shape);
        return ToInputs(pixels.Buffer.ToTensor(shape), isSingle || !_target.IsBatched);
    }

    private BoundInputs Bind(Tensor[] images, bool isSingle)
    {
        if (!_target.IsBatched) return ToInputs(images[0], isSingle);
        var first = images[0];
        var bytes = first.Bytes;
        if (images.Length > 1)
        {
            var all = new byte[first.Bytes.Length * images.Length];
            for (var at = 0; at < images.Length; at++)
            {
                if (images[at].Shape != first.Shape)
                    throw _target.Unfit($"images of one size, as the first with {first.Shape}", $"{images[at].Shape} at [{at}]");
                images[at].Bytes.CopyTo(all.AsMemory(at * first.Bytes.Length));
            }

            bytes = all;
        }

        var shape = new TensorShape([images.Length, .. first.Shape.Dimensions]);
        return ToInputs(Tensor.FromBytes(ElementType.UInt8, shape, bytes), isSingle);
    }

    private BoundInputs ToInputs(Tensor pixels, bool isSingle) =>
        new([new NamedTensor(_target.Input.Name, pixels)], _target.IsBatched ? (int)pixels.Shape[0] : null, isSingle);
}
