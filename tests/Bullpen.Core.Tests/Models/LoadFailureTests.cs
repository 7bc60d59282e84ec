using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

public sealed class LoadFailureTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void The_delay_doubles_with_each_failure_of_the_same_file_and_begins_anew_with_another()
    {
        var (file, mended) = (new FileStamp(10, 1), new FileStamp(10, 2));

        var second = After(After(null, file), file);
        var other = After(second, mended);

        (second.Attempts, second.TimeLeft(_time)).ShouldBe((2, TimeSpan.FromSeconds(2)));
        (other.Attempts, other.TimeLeft(_time)).ShouldBe((1, TimeSpan.FromSeconds(1)));
    }

    private LoadFailure After(LoadFailure? earlier, FileStamp stamp) =>
        LoadFailure.Now(new ServingException(ServingErrorKind.InvalidModel, "no"), earlier, stamp, new ModelCacheOptions(), _time);
}
