using System.Globalization;
using Bullpen.Onnx.Graphs;
using Bullpen.TestKit;

namespace Bullpen.Onnx.Tests.Graphs;

/// <summary>What is not tried, for how long, and how much of it is remembered.</summary>
public sealed class AvoidedKeysTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly AvoidedKeys _keys;

    public AvoidedKeysTests() => _keys = new AvoidedKeys(_time);

    [Fact]
    public void A_key_is_avoided_until_its_time_has_passed_or_for_good()
    {
        _keys.Add("while", TimeSpan.FromMinutes(10));
        _keys.AddForGood("good");

        _time.Advance(TimeSpan.FromMinutes(9));
        _keys.Contains("while").ShouldBeTrue();
        _time.Advance(TimeSpan.FromMinutes(1));
        _keys.Contains("while").ShouldBeFalse();
        _keys.Contains("good").ShouldBeTrue();
        _keys.Contains("other").ShouldBeFalse();
    }

    [Fact]
    public void The_oldest_are_forgotten_when_there_are_too_many()
    {
        for (var i = 0; i < 3 * AvoidedKeys.Most; i++) _keys.AddForGood(i.ToString(CultureInfo.InvariantCulture));

        var known = Enumerable.Range(0, 3 * AvoidedKeys.Most).Where(i => _keys.Contains(i.ToString(CultureInfo.InvariantCulture))).ToList();

        known.Count.ShouldBe(AvoidedKeys.Most);
        known[0].ShouldBe(2 * AvoidedKeys.Most);
    }
}
