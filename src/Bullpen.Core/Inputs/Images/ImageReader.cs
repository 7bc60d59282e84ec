using System.Text;
using System.Text.Json;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.Images;

/// <summary>
/// Finds and decodes the image that a request means: a data URI, a path below the data folder, or base64. Nothing is
/// ever fetched.
/// </summary>
internal sealed class ImageReader(IImageDecoder decoder, DataFolder data, InputOptions options)
{
    /// <summary>The least that base64 must hold to be taken for an image: below the smallest legal GIF.</summary>
    private const int SmallestImage = 26;

    private const string Expected =
        "a data URI (data:image/png;base64,…), the path of a file below the data folder, or an image in base64";

    /// <summary>Decodes the image that a JSON value means: one of the three as a string, or {"b64": base64}.</summary>
    public Tensor Read(ImageTarget target, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() == 1 && JsonText.TryGetProperty(value, "b64"u8, out var base64)
            && base64.ValueKind == JsonValueKind.String && JsonText.TryGetUtf8(base64, out var encoded))
            return Decode(target, FromBase64(encoded) ?? throw target.Unfit("an image in base64", "a b64 that is not base64"));
        if (value.ValueKind != JsonValueKind.String) throw target.Unfit(Expected, JsonText.Describe(value));
        return JsonText.TryGetUtf8(value, out var text) ? Read(target, text) : throw target.Unfit(Expected, "a string that is not Unicode");
    }

    /// <summary>Decodes the image that a text means.</summary>
    public Tensor Read(ImageTarget target, ReadOnlySpan<byte> text)
    {
        if (StartsWith(text, "data:"u8)) return Decode(target, FromDataUri(target, text));
        if (StartsWith(text, "http:"u8) || StartsWith(text, "https:"u8) || StartsWith(text, "ftp:"u8) || StartsWith(text, "file:"u8))
            throw target.Unfit(Expected, "a URL; URLs are not fetched");

        var status = DataFileStatus.NotAPath;
        var path = "";
        if (text.Length <= 4096)
        {
            path = Encoding.UTF8.GetString(text);
            status = data.TryRead(path, out var content);
            if (status == DataFileStatus.Read) return Decode(target, content);
        }

        // Base64 of a JPEG begins with a slash, so a path that is refused is not yet an error.
        if (status != DataFileStatus.TooLarge && FromBase64(text) is { Length: >= SmallestImage } image) return Decode(target, image);
        throw Refusal(target, status, path);
    }

    /// <summary>Decodes an image file's bytes.</summary>
    public Tensor Decode(ImageTarget target, ReadOnlyMemory<byte> encoded)
    {
        try
        {
            return decoder.Decode(encoded, target.SizeWithin(options.MaxImageSide));
        }
        catch (ImageDecodingException fault)
        {
            throw new ServingException(
                ServingErrorKind.InvalidInput,
                $"Model {target.Model}, input {target.Input.Name}: the image cannot be decoded. {fault.Message}",
                fault)
            {
                Model = target.Model,
                Field = target.Input.Name,
                Expected = "an image",
                Actual = fault.Message,
            };
        }
    }

    private ServingException Refusal(ImageTarget target, DataFileStatus status, string path) => status switch
    {
        DataFileStatus.NoFolder => target.Unfit(
            "a data URI (data:image/png;base64,…) or an image in base64; for paths, the server needs a data folder (--data)",
            $"{JsonText.Quotable(path)}, which is not base64"),
        DataFileStatus.Outside => target.Unfit(Expected, $"the path {JsonText.Quotable(path)}, which is outside the data folder"),
        DataFileStatus.TooLarge => new ServingException(
            ServingErrorKind.TooLarge,
            $"Model {target.Model}, input {target.Input.Name}: the file {JsonText.Quotable(path)} is over the limit of "
            + $"{data.MaxFileBytes} bytes (--max-body).")
        {
            Model = target.Model,
            Field = target.Input.Name,
        },
        DataFileStatus.NotFound => target.Unfit(Expected, $"{JsonText.Quotable(path)}, which is not a file below the data folder and not base64"),
        _ => target.Unfit(Expected, "a string that is none of them"),
    };

    private static byte[] FromDataUri(ImageTarget target, ReadOnlySpan<byte> uri)
    {
        const string expected = "a data URI as in data:image/png;base64,…";
        var comma = uri.IndexOf((byte)',');
        if (comma < 0 || !uri[..comma].EndsWith(";base64"u8)) throw target.Unfit(expected, "a data URI without ;base64 before its comma");
        return FromBase64(uri[(comma + 1)..]) ?? throw target.Unfit(expected, "a data URI whose data is not base64");
    }

    private static byte[]? FromBase64(ReadOnlySpan<byte> text) => BinaryValue.TryDecode(text, out var bytes) ? bytes : null;

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> scheme) =>
        text.Length >= scheme.Length && Ascii.EqualsIgnoreCase(text[..scheme.Length], scheme);
}
