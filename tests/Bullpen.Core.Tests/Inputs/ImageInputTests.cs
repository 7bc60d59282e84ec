using System.Text.Json;
using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inputs;

public sealed class ImageInputTests : IDisposable
{
    private static readonly string Encoded = Convert.ToBase64String(FakeImageDecoder.Image(7));
    private static readonly ModelDescription Batched = Model("batched", [Spec("image", ElementType.UInt8, -1, -1, -1, 3)], []);

    private readonly FakeImageDecoder _decoder = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bullpen-images-");

    public ImageInputTests()
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "cat.jpg"), FakeImageDecoder.Image(9));
        File.WriteAllBytes(Path.Combine(_folder.FullName, "wide.jpg"), FakeImageDecoder.Image(8, 41));
        File.WriteAllBytes(Path.Combine(_folder.FullName, "big.jpg"), new byte[1001]);
        File.WriteAllText(Path.Combine(_folder.FullName, "notes.txt"), "no image");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_string_is_a_path_a_data_URI_or_base64()
    {
        Pixel("\"cat.jpg\"").ShouldBe(9);
        Pixel("\"./cat.jpg\"").ShouldBe(9);
        Pixel("\"data:image/png;base64," + Encoded + "\"").ShouldBe(7);
        Pixel("\"" + Encoded + "\"").ShouldBe(7);
        Pixel("{\"b64\":\"" + Encoded + "\"}").ShouldBe(7);
        Pixel("{\"image\":\"cat.jpg\"}").ShouldBe(9);
        Pixel("{\"image\":{\"b64\":\"" + Encoded + "\"}}").ShouldBe(7);
        Pixel("[\"cat.jpg\"]").ShouldBe(9);
        Pixel("{\"instances\":[{\"b64\":\"" + Encoded + "\"}]}").ShouldBe(7);
        Pixel("{\"instances\":[{\"image\":\"cat.jpg\"}]}").ShouldBe(9);
    }

    [Fact]
    public void Base64_may_begin_with_a_slash_even_an_escaped_one()
    {
        var slashed = Convert.ToBase64String([0xFF, .. FakeImageDecoder.Image(7)]);
        slashed.ShouldStartWith("/");
        Refused("\"" + slashed + "\"").ShouldContain("cannot be decoded");
        Refused("\"\\" + slashed + "\"").ShouldContain("cannot be decoded");
    }

    [Fact]
    public void A_single_image_has_no_rows()
    {
        var one = Bind(Fashion, "\"cat.jpg\"");
        (one.Rows, one.IsSingle).ShouldBe((null, true));
        var listed = Bind(Fashion, "[\"cat.jpg\"]");
        (listed.Rows, listed.IsSingle).ShouldBe((null, false));
        one.Tensors[0].Value.ToString().ShouldBe("uint8[2,3,3]");
    }

    [Fact]
    public void A_body_is_an_image_or_the_text_of_one()
    {
        Binder(_folder.FullName, _decoder).Bind(new ImagePayload(FakeImageDecoder.Image(5)), Fashion).Tensors[0].Value.Bytes.Span[0].ShouldBe((byte)5);
        Binder(_folder.FullName, _decoder).Bind(new TextPayload("cat.jpg\n"), Fashion).Tensors[0].Value.Bytes.Span[0].ShouldBe((byte)9);
    }

    [Theory]
    [InlineData("\"http://example.org/cat.jpg\"", "a URL; URLs are not fetched")]
    [InlineData("\"HTTPS://example.org/cat.jpg\"", "a URL; URLs are not fetched")]
    [InlineData("\"file:///cat.jpg\"", "a URL; URLs are not fetched")]
    [InlineData("\"../cat.jpg\"", "the path ../cat.jpg, which is outside the data folder")]
    [InlineData("\"/etc/passwd\"", "the path /etc/passwd, which is outside the data folder")]
    [InlineData("\"dog.jpg\"", "dog.jpg, which is not a file below the data folder and not base64")]
    [InlineData("\"\"", "a string that is none of them")]
    [InlineData("\"a\\\\b.jpg\"", "a string that is none of them")]
    [InlineData("\"data:image/png,abc\"", "a data URI without ;base64 before its comma")]
    [InlineData("\"data:image/png;base64,@@\"", "a data URI whose data is not base64")]
    [InlineData("{\"b64\":\"@@\"}", "a b64 that is not base64")]
    [InlineData("{\"b64\":5}", "an object")]
    [InlineData("{\"other\":\"cat.jpg\"}", "an object")]
    [InlineData("5", "a number")]
    [InlineData("null", "null")]
    [InlineData("[]", "an empty array")]
    [InlineData("[\"cat.jpg\",\"cat.jpg\"]", "2 images; the model takes one image a request")]
    [InlineData("\"\\udfff\"", "a string that is not Unicode")]
    public void What_is_no_image_is_named(string json, string actual)
    {
        var refusal = Should.Throw<ServingException>(() => Bind(Fashion, json));
        (refusal.Kind, refusal.Model, refusal.Field, refusal.Actual).ShouldBe((ServingErrorKind.InvalidInput, "fashion", "image", actual));
        refusal.Message.ShouldNotContain(_folder.FullName);
    }

    [Fact]
    public void What_cannot_be_decoded_says_why()
    {
        var refusal = Should.Throw<ServingException>(() => Bind(Fashion, "\"notes.txt\""));
        refusal.Kind.ShouldBe(ServingErrorKind.InvalidInput);
        refusal.Message.ShouldBe("Model fashion, input image: the image cannot be decoded. It is not a JPEG, PNG, WebP or GIF.");
    }

    [Fact]
    public void A_file_over_the_limit_is_refused()
    {
        var refusal = Should.Throw<ServingException>(() => Bind(Fashion, "\"big.jpg\""));
        refusal.Kind.ShouldBe(ServingErrorKind.TooLarge);
        refusal.Message.ShouldContain("1000 bytes");
    }

    [Fact]
    public void Images_are_stacked_where_there_is_a_batch_axis()
    {
        var two = Bind(Batched, "[\"cat.jpg\",\"" + Encoded + "\"]");
        two.Tensors[0].Value.ToString().ShouldBe("uint8[2,2,3,3]");
        (two.Rows, two.IsSingle).ShouldBe((2, false));
        two.Tensors[0].Value.Bytes.Span[18].ShouldBe((byte)7);
        var one = Bind(Batched, "\"cat.jpg\"");
        one.Tensors[0].Value.ToString().ShouldBe("uint8[1,2,3,3]");
        (one.Rows, one.IsSingle).ShouldBe((1, true));
        Should.Throw<ServingException>(() => Bind(Batched, "[\"cat.jpg\",\"wide.jpg\"]")).Actual.ShouldBe("[2,4,3] at [1]");
    }

    [Fact]
    public void The_number_of_images_has_a_limit()
    {
        var many = "[" + string.Join(',', Enumerable.Repeat("\"cat.jpg\"", 33)) + "]";
        Should.Throw<ServingException>(() => Bind(Batched, many)).Kind.ShouldBe(ServingErrorKind.TooLarge);
        _decoder.Sizes.ShouldBeEmpty();
    }

    [Fact]
    public void The_size_is_the_model_s_or_within_the_limit()
    {
        Bind(Fashion, "\"cat.jpg\"");
        Bind(Model("fixed", [Spec("image", ElementType.UInt8, 28, 32, 3)], []), "\"cat.jpg\"").Tensors[0].Value.Shape.ToString().ShouldBe("[28,32,3]");
        _decoder.Sizes.ShouldBe([new ImageSize(null, null, 1024), new ImageSize(32, 28, 1024)]);
    }

    [Fact]
    public void Pixels_may_be_written_out()
    {
        var bound = Bind(Fashion, "{\"image\":[[[1,2,3],[4,5,6]]]}");
        Show(bound).ShouldBe("image: uint8[1,2,3] 1,2,3,4,5,6");
        bound.IsSingle.ShouldBeTrue();
        Bind(Batched, "[[[1,2,3]]]").Tensors[0].Value.Shape.ToString().ShouldBe("[1,1,1,3]");
    }

    [Fact]
    public void A_model_of_other_inputs_cannot_be_declared_to_take_images()
    {
        var grey = Model("grey", [Spec("image", ElementType.UInt8, -1, -1, 1)], [], manifest: new ModelManifest { Input = InputKind.Image });
        var refusal = Should.Throw<ServingException>(() => Bind(grey, "\"cat.jpg\""));
        refusal.Kind.ShouldBe(ServingErrorKind.InvalidModel);
        refusal.Message.ShouldStartWith("Model grey is declared to take images, but has not one input uint8 [height,width,3]");
    }

    private int Pixel(string json) => Bind(Fashion, json).Tensors[0].Value.Bytes.Span[0];

    private string Refused(string json) => Should.Throw<ServingException>(() => Bind(Fashion, json)).Message;

    private BoundInputs Bind(ModelDescription model, string json)
    {
        using var document = JsonDocument.Parse(json);
        return Binder(_folder.FullName, _decoder).Bind(new JsonPayload(document.RootElement), model);
    }
}
