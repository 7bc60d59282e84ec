using Bullpen.Core.Repository;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Repository;

public sealed class NearNamesTests
{
    [Theory]
    [InlineData("sentimnet", "sentiment")]
    [InlineData("SPAM", "spam")]
    [InlineData("sent", "sentiment")]
    [InlineData("image_classifier_v2", "image")]
    [InlineData("sapm", "spam")]
    public void A_slip_finds_its_name(string asked, string expected) =>
        NearNames.Find(asked, ["sentiment", "spam", "image", "penguins"], 5).ShouldBe([expected]);

    [Fact]
    public void Nothing_is_made_up()
    {
        NearNames.Find("zebra", ["sentiment", "spam"], 5).ShouldBeEmpty();
        NearNames.Find("", ["sentiment"], 5).ShouldBeEmpty();
        NearNames.Find(new string('a', 5000), [new string('a', 4999)], 5).ShouldBeEmpty();
    }

    [Fact]
    public void The_nearest_come_first_and_the_limit_holds() =>
        NearNames.Find("model", ["model-9", "modem", "MODEL", "model-1", "mode"], 3).ShouldBe(["MODEL", "modem", "mode"]);

    [Fact]
    public void The_banded_distance_agrees_with_the_plain_one()
    {
        var words = Gen.Elements('a', 'b', 'C', 'c').ArrayOf().Select(c => new string(c));
        Gen<(string A, string B)> pairs = from a in words from b in words select (a, b);

        Prop.ForAll(pairs.ToArbitrary(), p => Enumerable.Range(1, 3).All(max =>
            NearNames.Slips(p.A, p.B, max) == Math.Min(Plain(p.A.ToLowerInvariant(), p.B.ToLowerInvariant()), max + 1)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static int Plain(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
