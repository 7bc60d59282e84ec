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

    [Fact]
    public void A_chosen_default_stays_chosen_while_its_version_is_there_and_sound()
    {
        var catalog = new ModelCatalog();
        catalog.Register(new CatalogModel([Of("m", "1"), Of("m", "2"), Of("m", "3")]));

        catalog.SetDefault("m", "1");
        var chosen = catalog.Get("m");

        chosen.Default.Id.Version.ShouldBe("1");
        chosen.WithRejected("why").Default.Id.Version.ShouldBe("1");
        new CatalogModel([Of("m", "1"), Of("m", "4")]).Keeping(chosen).Default.Id.Version.ShouldBe("1");
        new CatalogModel([Of("m", "1", "broken"), Of("m", "4")]).Keeping(chosen).Default.Id.Version.ShouldBe("4");
        new CatalogModel([Of("m", "4")]).Keeping(chosen).Default.Id.Version.ShouldBe("4");
        catalog.RemoveVersion("m", "3").Id.Version.ShouldBe("3");
        catalog.Get("m").Default.Id.Version.ShouldBe("1");
        catalog.Get("m").Versions.Count.ShouldBe(2);
    }

    [Fact]
    public void A_removed_version_stays_away_from_what_comes_after_while_there_is_another()
    {
        var catalog = new ModelCatalog();
        catalog.Register(new CatalogModel([Of("m", "1"), Of("m", "2"), Of("m", "3")]));
        catalog.RemoveVersion("m", "1");
        catalog.SetDefault("m", "2");
        var model = catalog.Get("m");

        new CatalogModel([Of("m", "1"), Of("m", "2"), Of("m", "4")]).Keeping(model).Versions.Select(v => v.Id.Version).ShouldBe(["4", "2"]);
        new CatalogModel([Of("m", "1")]).Keeping(model).Default.Id.Version.ShouldBe("1");
    }

    [Fact]
    public void A_default_is_a_version_that_is_there_and_sound_and_is_not_removed_before_the_others()
    {
        var catalog = new ModelCatalog();
        catalog.Register(new CatalogModel([Of("m", "1", "broken"), Of("m", "2"), Of("m", "3")]));

        Should.Throw<ServingException>(() => catalog.SetDefault("m", "4")).Kind.ShouldBe(ServingErrorKind.ModelNotFound);
        Should.Throw<ServingException>(() => catalog.SetDefault("m", "1")).Kind.ShouldBe(ServingErrorKind.InvalidModel);
        Should.Throw<ServingException>(() => catalog.RemoveVersion("m", "3")).Kind.ShouldBe(ServingErrorKind.InvalidRequest);
        Should.Throw<ServingException>(() => catalog.RemoveVersion("m", "4")).Kind.ShouldBe(ServingErrorKind.ModelNotFound);
        catalog.Get("m").Versions.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("Invoke")]
    [InlineData("predict")]
    [InlineData("stats")]
    [InlineData("VERSIONS")]
    public void Words_that_stand_where_a_name_or_a_version_would_are_neither(string word)
    {
        ModelName.IsValid(word).ShouldBeFalse();
        VersionOrder.IsValid(word).ShouldBeFalse();
        ModelName.IsValid(word + "1").ShouldBeTrue();
        VersionOrder.IsValid(word + "1").ShouldBeTrue();
    }

    private static ModelDefinition Of(string name, string version, string? fault = null) =>
        new() { Id = new ModelId(name, version), Path = "", Url = "", Origin = ModelOrigin.Api, Fault = fault };
}
