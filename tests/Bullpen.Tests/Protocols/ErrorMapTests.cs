using System.Reflection;
using Bullpen.Core;
using Bullpen.Http;

namespace Bullpen.Tests.Protocols;

public sealed class ErrorMapTests
{
    [Fact]
    public void Every_protocol_has_a_status_for_every_kind_of_failure()
    {
        var maps = typeof(ErrorMap).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ErrorMap)))
            .Select(type => (ErrorMap)Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, null, null, null)!)
            .ToList();
        maps.Count.ShouldBeGreaterThan(1);

        foreach (var map in maps)
            foreach (var kind in Enum.GetValues<ServingErrorKind>())
                map.StatusOf(kind).ShouldBeInRange(400, 507, $"{map.GetType().Name}, {kind}");
    }
}
