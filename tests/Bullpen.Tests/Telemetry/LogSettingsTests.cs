using Bullpen.Telemetry;

namespace Bullpen.Tests.Telemetry;

public sealed class LogSettingsTests
{
    [Fact]
    public void Changes_that_meet_both_hold()
    {
        var settings = new LogSettings();
        var hasMet = false;

        settings.Change(selection =>
        {
            if (!hasMet)
            {
                hasMet = true;
                settings.Change(other => other with { Verbose = 1 });
            }

            return selection with { Info = false };
        });

        settings.Selection.ShouldBe(new LogSelection { Info = false, Verbose = 1 });
    }
}
