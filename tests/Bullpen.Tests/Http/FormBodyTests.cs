using Bullpen.Core;
using Bullpen.Http;
using Microsoft.AspNetCore.Http;

namespace Bullpen.Tests.Http;

/// <summary>Forms that expect to be believed.</summary>
public sealed class FormBodyTests
{
    [Fact]
    public void A_body_of_separators_alone_is_no_form_and_costs_nothing()
    {
        var text = new string('&', 16 << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();

        FormBody.ReadUrlEncoded(new DefaultHttpContext(), text).ShouldBeNull();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Fields_beyond_the_most_are_refused_before_the_rest_is_looked_at()
    {
        var text = string.Concat(Enumerable.Repeat("a=1&", 4 << 20)) + "a=1";
        var before = GC.GetAllocatedBytesForCurrentThread();

        Should.Throw<ServingException>(() => FormBody.ReadUrlEncoded(new DefaultHttpContext(), text)).Kind.ShouldBe(ServingErrorKind.TooLarge);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void As_many_fields_as_may_be_are_read() =>
        FormBody.ReadUrlEncoded(new DefaultHttpContext(), string.Join('&', Enumerable.Range(0, FormBody.MaxFields).Select(index => $"f{index}=1"))).ShouldNotBeNull();

    [Theory]
    [InlineData(71)]
    [InlineData(5000)]
    public async Task A_boundary_that_is_longer_than_one_may_be_is_the_clients_fault(int length)
    {
        var boundary = new string('b', length);
        var body = System.Text.Encoding.ASCII.GetBytes($"--{boundary}\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n1\r\n--{boundary}--\r\n");

        var error = await Should.ThrowAsync<ServingException>(() => FormBody.ReadMultipartAsync(new DefaultHttpContext(), body, boundary));

        error.Kind.ShouldBe(ServingErrorKind.InvalidRequest);
        error.Message.ShouldEndWith("its boundary has more than 70 characters.");
    }
}
