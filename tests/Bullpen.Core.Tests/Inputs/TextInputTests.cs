using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inputs;

public sealed class TextInputTests
{
    [Theory]
    [InlineData("\"hello\"", "hello", true)]
    [InlineData("{\"text\":\"hello\"}", "hello", true)]
    [InlineData("[\"a\",\"b\"]", "a,b", false)]
    [InlineData("[\"a\"]", "a", false)]
    [InlineData("{\"text\":[\"a\",\"b\"]}", "a,b", false)]
    [InlineData("{\"instances\":[\"a\",\"b\"]}", "a,b", false)]
    [InlineData("{\"inputs\":[\"a\"],\"params\":{}}", "a", false)]
    [InlineData("{\"instances\":[{\"text\":\"a\"},{\"text\":\"b\"}]}", "a,b", false)]
    [InlineData("{\"text\":{\"7\":\"a\",\"3\":\"b\"}}", "a,b", false)]
    [InlineData("{\"dataframe_split\":{\"columns\":[\"text\"],\"data\":[[\"a\"],[\"b\"]]}}", "a,b", false)]
    [InlineData("\"tab\\tquote\\\" caf\\u00e9 \\ud83d\\ude00\"", "tab\tquote\" café 😀", true)]
    [InlineData("\"\"", "", true)]
    public void Text_comes_in_many_wrappings(string json, string values, bool isSingle)
    {
        var bound = BindJson(Sentiment, json);
        bound.Tensors.ShouldHaveSingleItem().Name.ShouldBe("text");
        bound.Tensors[0].Value.Shape.Rank.ShouldBe(1);
        Values(bound.Tensors[0].Value).ShouldBe(values);
        bound.Rows.ShouldBe((int)bound.Tensors[0].Value.Shape[0]);
        bound.IsSingle.ShouldBe(isSingle);
    }

    [Theory]
    [InlineData("5", "a number")]
    [InlineData("null", "null")]
    [InlineData("true", "true")]
    [InlineData("[\"a\",5]", "a number at [1]")]
    [InlineData("[\"a\",null]", "null at [1]")]
    [InlineData("[[\"a\"]]", "an array at [0]")]
    [InlineData("{\"text\":5}", "a number")]
    [InlineData("\"\\ud800\"", "a string that is not Unicode")]
    public void What_is_not_text_is_named(string json, string actual) =>
        Refusal(Sentiment, json).Message.ShouldBe($"Model sentiment, input text: expected a string or an array of strings, got {actual}.");

    [Fact]
    public void An_empty_array_is_refused() =>
        Refusal(Sentiment, "[]").Message.ShouldBe("Model sentiment, input text: expected at least one string, got an empty array.");

    [Fact]
    public void A_text_body_is_one_text()
    {
        var bound = Binder().Bind(new TextPayload("[not json"), Sentiment);
        Show(bound).ShouldBe("text: string[1] [not json");
        bound.IsSingle.ShouldBeTrue();
    }

    [Fact]
    public void A_model_of_rank_2_gets_a_column()
    {
        var model = Model("m", [Spec("text", ElementType.String, -1, 1)], []);
        Show(BindJson(model, "\"a\"")).ShouldBe("text: string[1,1] a");
        Show(BindJson(model, "[[\"a\"],[\"b\"]]")).ShouldBe("text: string[2,1] a,b");
    }

    [Theory]
    [InlineData("text\r\n\"hello, world\"\r\nbye\r\n")]
    [InlineData("\"hello, world\"\nbye")]
    public void Csv_of_one_column_may_leave_out_its_header(string csv) => Show(BindCsv(Sentiment, csv)).ShouldBe("text: string[2] hello, world,bye");

    [Fact]
    public void An_image_is_not_text() =>
        Should.Throw<ServingException>(() => Binder().Bind(new ImagePayload(new byte[3]), Sentiment)).Message
            .ShouldBe("Model sentiment, input text: expected a string or an array of strings, got an image.");

    [Fact]
    public void A_manifest_cannot_make_numbers_text() =>
        Should.Throw<ServingException>(() => BindJson(
                Model("m", [Column("x")], [], manifest: new ModelManifest { Input = InputKind.Text }), "\"a\""))
            .Kind.ShouldBe(ServingErrorKind.InvalidModel);
}
