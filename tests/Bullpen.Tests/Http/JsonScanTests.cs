using System.Text;
using System.Text.Json;
using Bullpen.Core;
using Bullpen.Http;

namespace Bullpen.Tests.Http;

public sealed class JsonScanTests
{
    private static readonly JsonLimits Few = new(Keys: 3, AllKeys: 7, Values: 10);

    [Theory]
    [InlineData("""{"a":1,"b":2,"c":3}""", null)]
    [InlineData("""{"a":1,"b":2,"c":3,"d":4}""", "at most 3 keys in one object")]
    [InlineData("""{"a":{"b":1,"c":2,"d":3},"e":4}""", null)]
    [InlineData("""{"a":{"b":1,"c":2,"d":3},"e":4,"f":5}""", "at most 7 keys and objects")]
    [InlineData("""[{"a":1},{"a":1},{"a":1}]""", null)]
    [InlineData("""[{"a":1},{"a":1},{"a":1},{"a":1}]""", "at most 7 keys and objects")]
    [InlineData("[1,2,3,4,5,6,7,8,9,0]", null)]
    [InlineData("[1,2,3,4,5,6,7,8,9,0,1]", "at most 10 values")]
    [InlineData("[[],[],[],[],[]]", null)]
    [InlineData("[[],[],[],[],[],[]]", "at most 10 values")]
    [InlineData("""["{\"a\":1,[,,,,,,,,,,,\\",2]""", null)]
    [InlineData("""["\\\\\"{{{{{{{{{{,,,,,,,,,,,,"]""", null)]
    public void Each_count_has_a_limit_that_the_error_names_however_the_body_is_cut(string body, string? expected)
    {
        var text = Encoding.UTF8.GetBytes(body);
        for (var piece = 1; piece <= text.Length; piece++)
        {
            var scan = new JsonScan(Few);
            var read = () =>
            {
                for (var at = 0; at < text.Length; at += piece) scan.Read(text.AsSpan(at, Math.Min(piece, text.Length - at)));
                scan.End();
            };
            if (expected is null) Should.NotThrow(read, $"{body} in pieces of {piece}");
            else Should.Throw<ServingException>(read).Expected.ShouldBe(expected, $"{body} in pieces of {piece}");
        }
    }

    [Fact]
    public void Depth_is_as_the_parser_has_it()
    {
        var deepest = new string('[', JsonBody.MaxDepth) + new string(']', JsonBody.MaxDepth);
        var scan = new JsonScan(JsonLimits.Data);
        scan.Read(Encoding.ASCII.GetBytes(deepest));
        scan.End();
        JsonBody.Parse(Encoding.ASCII.GetBytes(deepest)).RootElement.ValueKind.ShouldBe(JsonValueKind.Array);

        Should.Throw<ServingException>(() => new JsonScan(JsonLimits.Data).Read(Encoding.ASCII.GetBytes($"[{deepest}")))
            .Message.ShouldContain($"nested deeper than {JsonBody.MaxDepth}");
    }

    [Theory]
    [InlineData("[\"")]
    [InlineData("{\"a\":\"\\\"")]
    [InlineData("[1,[2]")]
    public void What_ends_in_the_middle_is_told(string body)
    {
        var scan = new JsonScan(JsonLimits.Data);
        scan.Read(Encoding.ASCII.GetBytes(body));

        Should.Throw<ServingException>(scan.End).Message.ShouldContain("it ends inside");
    }

    [Theory]
    [InlineData("[1,{0}]", JsonScan.MaxWord, true)]
    [InlineData("[1,{0}]", JsonScan.MaxWord + 1000, false)]
    [InlineData("{0}", JsonScan.MaxWord + 1000, false)]
    [InlineData("[1, {0} ,1]", JsonScan.MaxWord + 1000, false)]
    [InlineData("[\"{0}\"]", 10 * JsonScan.MaxWord, true)]
    [InlineData("[{0},{0},{0}, {0}]", JsonScan.MaxWord - 1, true)]
    public void A_number_has_a_limit_however_the_body_is_cut(string body, int length, bool isRead)
    {
        var text = Encoding.ASCII.GetBytes(body.Replace("{0}", new string('1', length), StringComparison.Ordinal));
        foreach (var piece in new[] { 512, 4095, 4096, 4097, text.Length })
        {
            var scan = new JsonScan(JsonLimits.Data);
            var read = () =>
            {
                foreach (var part in text.Chunk(piece)) scan.Read(part);
                scan.End();
            };
            if (isRead) Should.NotThrow(read, $"in pieces of {piece}");
            else Should.Throw<ServingException>(read, $"in pieces of {piece}").Message.ShouldContain($"more than {JsonScan.MaxWord} characters");
        }
    }

    [Fact]
    public void Numbers_beside_each_other_and_blanks_have_no_limit_of_length()
    {
        var scan = new JsonScan(JsonLimits.Data);
        scan.Read(Encoding.ASCII.GetBytes("[" + string.Concat(Enumerable.Repeat("1.234567,", 10_000)) + new string(' ', 100_000) + "1]"));
        scan.End();
    }

    [Fact]
    public void A_bracket_that_was_never_opened_is_told() =>
        Should.Throw<ServingException>(() => new JsonScan(JsonLimits.Data).Read("[]]["u8)).Message.ShouldContain("never opened");

    [Fact]
    public void Bytes_behind_the_JSON_are_not_looked_at()
    {
        var scan = new JsonScan(Few, length: 2);
        scan.Read("["u8);
        scan.Read("]]]]]]{{{{\""u8);
        scan.End();
    }

    [Fact]
    public void What_is_too_small_to_be_looked_through_is_within_every_limit()
    {
        // {"":0,"":0 takes five bytes a key.
        foreach (var limits in new[] { JsonLimits.Data, JsonLimits.Tensors })
        {
            (JsonLimits.SurelyWithin / 5).ShouldBeLessThan(limits.Keys);
            JsonLimits.SurelyWithin.ShouldBeLessThan(Math.Min(limits.AllKeys, limits.Values));
        }
    }

    [Fact]
    public void The_words_of_numbers_that_are_none_are_found_outside_strings_only()
    {
        HasWords("[1,NaN]").ShouldBeTrue();
        HasWords("[-Infinity]").ShouldBeTrue();
        HasWords("[\"NaN\",\"\\\"Infinity\",null]").ShouldBeFalse();
    }

    private static bool HasWords(string body)
    {
        var scan = new JsonScan(JsonLimits.Data);
        scan.Read(Encoding.ASCII.GetBytes(body));
        return scan.HasWords;
    }
}
