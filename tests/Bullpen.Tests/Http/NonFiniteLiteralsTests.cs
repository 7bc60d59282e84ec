using System.Text;
using Bullpen.Core;
using Bullpen.Http;

namespace Bullpen.Tests.Http;

public sealed class NonFiniteLiteralsTests
{
    [Theory]
    [InlineData("[NaN]", "[\"NaN\"]")]
    [InlineData("[ -Infinity,Infinity , 1,-1]", "[ \"-Infinity\",\"Infinity\" , 1,-1]")]
    [InlineData("NaN", "\"NaN\"")]
    [InlineData("{\"NaN\":NaN,\"a\\\"NaN\":\"\\\\\",\"b\":Infinity}", "{\"NaN\":\"NaN\",\"a\\\"NaN\":\"\\\\\",\"b\":\"Infinity\"}")]
    public void Words_outside_strings_are_quoted(string body, string expected) =>
        Encoding.UTF8.GetString(NonFiniteLiterals.Quote(Encoding.UTF8.GetBytes(body))!.Value.Span).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("[\"NaN\",\"\\\"Infinity\"]")]
    [InlineData("[nan,Nan,-1,-I,N,I")]
    [InlineData("\"NaN")]
    [InlineData("\"\\")]
    public void Where_there_are_none_there_is_nothing_to_do(string body) => NonFiniteLiterals.Quote(Encoding.UTF8.GetBytes(body)).ShouldBeNull();

    [Fact]
    public void What_is_broken_beside_them_is_refused()
    {
        foreach (var body in new[] { "[NaN", "[NaN}", "[NaNa]", "[--Infinity]", "{NaN:1,NaN:2}", "x" })
            Should.Throw<ServingException>(() => JsonBody.ParseWithNonFinite(Encoding.UTF8.GetBytes(body))).Kind.ShouldBe(ServingErrorKind.InvalidRequest, body);
    }
}
