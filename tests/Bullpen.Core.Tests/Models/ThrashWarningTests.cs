using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

public sealed class ThrashWarningTests
{
    [Fact]
    public void It_is_said_at_most_once_a_minute_with_all_that_came_since()
    {
        var time = new ManualTimeProvider();
        var log = new RecordingLogger<ModelManager>();
        var warning = new ThrashWarning(time, log);

        warning.Report([Entry("a")]);
        warning.Report([]);
        warning.Report([Entry("b"), Entry("a")]);
        time.Advance(TimeSpan.FromSeconds(59));
        warning.Report([Entry("b")]);
        log.Lines.Count.ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(1));
        warning.Report([Entry("c")]);

        log.Lines.Count.ShouldBe(2);
        log.Lines.First().ShouldStartWith("Warning: 1 loads of models that had just been evicted: a:1. ");
        log.Lines.Last().ShouldStartWith("Warning: 4 loads of models that had just been evicted: a:1, b:1, c:1. ");
    }

    private static CacheEntry Entry(string name) => new(new ModelDefinition
    {
        Id = new ModelId(name, ModelId.FirstVersion),
        Path = "",
        Url = name,
        Origin = ModelOrigin.Repository,
    });
}
