using Bullpen.Core.Repository;

namespace Bullpen.Core.Tests.Repository;

public sealed class CatalogModelTests
{
    [Fact]
    public void Versions_are_ordered_by_value_the_highest_first() =>
        new CatalogModel([Of("m", "2"), Of("m", "10"), Of("m", "1.9"), Of("m", "1.10"), Of("m", "1")])
            .Versions.Select(v => v.Id.Version).ShouldBe(["10", "2", "1.10", "1.9", "1"]);

    [Fact]
    public void Numbers_and_words_among_versions_have_one_order() =>
        new CatalogModel([Of("m", "9"), Of("m", "1a"), Of("m", "10"), Of("m", "v2")])
            .Versions.Select(v => v.Id.Version).ShouldBe(["v2", "1a", "10", "9"]);

    [Fact]
    public void A_model_has_one_name_and_each_version_once()
    {
        Should.Throw<ArgumentException>(() => new CatalogModel([]));
        Should.Throw<ArgumentException>(() => new CatalogModel([Of("a", "1"), Of("b", "2")]));
        Should.Throw<ArgumentException>(() => new CatalogModel([Of("a", "1"), Of("a", "1")]));
    }

    [Fact]
    public void Where_all_versions_are_broken_the_highest_speaks_for_the_model()
    {
        var model = new CatalogModel([Of("m", "1", "first"), Of("m", "2", "second")]);

        (model.Default.Id.Version, model.Fault).ShouldBe(("2", "second"));
    }

    private static ModelDefinition Of(string name, string version, string? fault = null) =>
        new() { Id = new ModelId(name, version), Path = "", Url = "", Origin = ModelOrigin.Api, Fault = fault };
}
