using System.Text.Json;
using Bullpen.Core.Inputs;

namespace Bullpen.Core.Tests.Inputs;

public sealed class BinaryValueTests
{
    [Theory]
    [InlineData("""{"b64":"/wA="}""", "FF00")]
    [InlineData("""{"b64":"/wA"}""", "FF00")]
    [InlineData("""{"b64":"\/w=="}""", "FF")]
    [InlineData("""{"b64":"/w"}""", "FF")]
    [InlineData("""{"b64":"AQID\nBA=="}""", "01020304")]
    [InlineData("""{"b64":""}""", "")]
    public void Base64_is_read_with_and_without_its_padding(string json, string hex)
    {
        BinaryValue.TryRead(Parse(json), out var bytes).ShouldBeTrue();
        Convert.ToHexString(bytes).ShouldBe(hex);
    }

    [Theory]
    [InlineData("""{"b64":"A"}""")]
    [InlineData("""{"b64":"AA="}""")]
    [InlineData("""{"b64":"%%%%"}""")]
    [InlineData("""{"b64":"\ud800"}""")]
    public void What_is_not_base64_is_not_read(string json)
    {
        BinaryValue.IsMatch(Parse(json)).ShouldBeTrue();
        BinaryValue.TryRead(Parse(json), out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"b64":5}""")]
    [InlineData("""{"b64":"AA==","more":1}""")]
    [InlineData("""{"base64":"AA=="}""")]
    [InlineData("\"AA==\"")]
    [InlineData("{}")]
    public void Other_values_are_no_bytes(string json) => BinaryValue.IsMatch(Parse(json)).ShouldBeFalse();

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
