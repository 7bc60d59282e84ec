using Bullpen.Options;

namespace Bullpen.Tests.Options;

public sealed class UnknownVariablesTests
{
    [Theory]
    [InlineData("BULLPEN_MAXMODELS", "BULLPEN_MAX_MODELS")]
    [InlineData("BULLPEN_CONFG", "BULLPEN_CONFIG")]
    [InlineData("BULLPEN_EVICT", "BULLPEN_EVICTION")]
    public void A_slip_is_answered_with_the_variable_that_was_meant(string variable, string meant) =>
        UnknownVariables.Warnings([variable]).ShouldHaveSingleItem().ShouldEndWith($"{variable} is no option of Bullpen; did you mean {meant}?");

    [Fact]
    public void What_is_near_nothing_is_named_all_the_same() =>
        UnknownVariables.Warnings(["BULLPEN_COLOUR"]).ShouldHaveSingleItem().ShouldContain("BULLPEN_COLOUR is no option of Bullpen; 'bullpen config' lists them.");

    [Theory]
    [InlineData("BULLPEN_MEMORY")]
    [InlineData("BULLPEN_CONFIG")]
    [InlineData("BULLPEN_STARTUP_TIMEOUT")]
    [InlineData("PATH")]
    [InlineData("MMS_DEFAULT_WORKERS_PER_MODEL")]
    [InlineData("BULLPEN_SERVICE_HOST")]
    [InlineData("BULLPEN_SERVICE_PORT")]
    [InlineData("BULLPEN_SERVICE_PORT_HTTP")]
    [InlineData("BULLPEN_PORT")]
    [InlineData("BULLPEN_PORT_8080_TCP_ADDR")]
    [InlineData("BULLPEN_CANARY_SERVICE_HOST")]
    public void Options_foreign_variables_and_what_Kubernetes_sets_are_no_slips(string variable) =>
        UnknownVariables.Warnings([variable]).ShouldBeEmpty();
}
