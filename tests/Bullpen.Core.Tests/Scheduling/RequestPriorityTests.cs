using Bullpen.Core.Scheduling;

namespace Bullpen.Core.Tests.Scheduling;

public sealed class RequestPriorityTests
{
    [Theory]
    [InlineData(1ul, 1)]
    [InlineData(100ul, 100)]
    [InlineData(0ul, RequestPriority.Default)]
    [InlineData(101ul, RequestPriority.Default)]
    [InlineData(ulong.MaxValue, RequestPriority.Default)]
    public void Zero_and_what_is_no_level_stand_for_the_default(ulong asked, int level) => RequestPriority.Of(asked).ShouldBe(level);
}
