using Bullpen.Core.Simulation;

namespace Bullpen.Core.Tests.Simulation;

public sealed class FixedSetTests
{
    [Fact]
    public void What_saves_most_for_its_bytes_is_loaded_once_the_rest_each_time_and_what_is_too_large_never()
    {
        var trace = SimulatorTests.Trace([60, 60, 30, 101], [1, 3, 1, 9], (0, 0), (1, 1), (2, 2), (3, 3), (4, 0), (5, 1), (6, 2), (7, 2));

        // Kept: the second (6 s for 60 bytes) and the third (3 s for 30).
        FixedSet.LoadTime(trace, 100).ShouldBe(TimeSpan.FromSeconds((2 * 1) + 3 + 1));
    }
}
