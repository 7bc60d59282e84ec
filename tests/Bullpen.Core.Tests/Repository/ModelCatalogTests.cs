using Bullpen.Core.Repository;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Repository;

public sealed class ModelCatalogTests
{
    private readonly ModelCatalog _catalog = new();

    [Fact]
    public void A_registered_model_is_resolved_to_its_highest_version()
    {
        _catalog.Register(new CatalogModel([Definition("m", "9"), Definition("m", "10")]));

        _catalog.Resolve("m").Id.Version.ShouldBe("10");
        _catalog.Resolve("m", "").Id.Version.ShouldBe("10");
        _catalog.Resolve("m", "9").Id.Version.ShouldBe("9");
    }

    [Fact]
    public void An_unknown_name_gets_the_published_message_and_near_names()
    {
        foreach (var name in new[] { "sentiment", "sentiment-large", "spam", "image" })
            _catalog.Register(Model(name));

        var error = Should.Throw<ServingException>(() => _catalog.Resolve("sentimnet"));

        error.Kind.ShouldBe(ServingErrorKind.ModelNotFound);
        error.Message.ShouldBe("Model not found: sentimnet");
        error.Model.ShouldBe("sentimnet");
        error.Suggestions.ShouldBe(["sentiment"]);
        Should.Throw<ServingException>(() => _catalog.Resolve("Sentiment")).Suggestions.ShouldBe(["sentiment", "sentiment-large"]);
        Should.Throw<ServingException>(() => _catalog.Resolve("a\nb")).Message.ShouldBe("Model not found: a?b");
        Should.Throw<ServingException>(() => _catalog.Resolve("sent", "3")).Message.ShouldBe("Model not found: sent (version 3)");
    }

    [Fact]
    public void An_unknown_version_names_the_known_ones()
    {
        _catalog.Register(new CatalogModel([Definition("m", "1"), Definition("m", "2")]));

        var error = Should.Throw<ServingException>(() => _catalog.Resolve("m", "7"));

        error.Message.ShouldBe("Model not found: m (version 7)");
        error.Expected.ShouldBe("version 2 or 1");
    }

    [Fact]
    public void A_broken_model_is_listed_and_resolving_it_tells_its_fault()
    {
        _catalog.Register(new CatalogModel(Definition("m", "1", "m.onnx is empty.")));

        _catalog.List().ShouldHaveSingleItem().Fault.ShouldBe("m.onnx is empty.");
        var error = Should.Throw<ServingException>(() => _catalog.Resolve("m"));
        (error.Kind, error.Message, error.Model).ShouldBe((ServingErrorKind.InvalidModel, "m.onnx is empty.", "m"));
    }

    [Fact]
    public void A_broken_version_does_not_hide_a_sound_one()
    {
        _catalog.Register(new CatalogModel([Definition("m", "2", "broken"), Definition("m", "1")]));

        _catalog.Resolve("m").Id.Version.ShouldBe("1");
        Should.Throw<ServingException>(() => _catalog.Resolve("m", "2")).Kind.ShouldBe(ServingErrorKind.InvalidModel);
    }

    [Fact]
    public void A_name_is_registered_once()
    {
        _catalog.Register(Model("m"));

        var error = Should.Throw<ServingException>(() => _catalog.Register(Model("m")));

        error.Kind.ShouldBe(ServingErrorKind.ModelAlreadyRegistered);
        error.Message.ShouldBe("Model m is already registered.");
    }

    [Fact]
    public void All_are_registered_or_none()
    {
        _catalog.Register(Model("b"));

        Should.Throw<ServingException>(() => _catalog.RegisterAll([Model("a"), Model("b")])).Model.ShouldBe("b");
        _catalog.Count.ShouldBe(1);
        _catalog.RegisterAll([Model("c"), Model("a")]);
        _catalog.List().Select(m => m.Name).ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public void Removing_gives_the_model_back_and_an_unknown_one_is_an_error()
    {
        var model = Model("m");
        _catalog.Register(model);

        _catalog.Remove("m").ShouldBeSameAs(model);
        Should.Throw<ServingException>(() => _catalog.Remove("m")).Message.ShouldBe("Model not found: m");
    }

    [Fact]
    public void A_model_registered_again_is_another_one()
    {
        var first = Model("m");
        var second = Model("m");
        _catalog.Register(first);
        _catalog.IsCurrent(first.Default).ShouldBeTrue();

        _catalog.Remove("m");
        _catalog.IsCurrent(first.Default).ShouldBeFalse();

        _catalog.Register(second);
        _catalog.IsCurrent(first.Default).ShouldBeFalse();
        _catalog.IsCurrent(second.Default).ShouldBeTrue();
        _catalog.Remove(first).ShouldBeFalse();
        _catalog.Remove(second).ShouldBeTrue();
    }

    [Fact]
    public void A_list_is_not_changed_by_later_registrations()
    {
        _catalog.Register(Model("a"));
        var before = _catalog.List();

        _catalog.Register(Model("b"));

        before.Count.ShouldBe(1);
        _catalog.List().Count.ShouldBe(2);
    }

    [Fact]
    public void Of_many_who_register_one_name_at_once_one_succeeds()
    {
        const int threads = 8;
        using var start = new Barrier(threads);
        var won = 0;
        Thread[] all = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            for (var round = 0; round < 200; round++)
            {
                start.SignalAndWait();
                if (_catalog.TryRegister(Model($"m{round}")))
                    Interlocked.Increment(ref won);
            }
        }))];

        Array.ForEach(all, t => t.Start());
        Array.ForEach(all, t => t.Join());

        won.ShouldBe(200);
        _catalog.Count.ShouldBe(200);
    }

    [Fact]
    public void It_behaves_as_a_dictionary_from_names_to_models()
    {
        string[] names = ["a", "b", "B", "a.1", "a-1", "c"];
        Gen<(int Operation, string Name)[]> steps =
            (from operation in Gen.Choose(0, 4) from name in Gen.Elements(names) select (operation, name)).ArrayOf();

        Prop.ForAll(steps.ToArbitrary(), all => AgreesWithDictionary(all)).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static bool AgreesWithDictionary((int Operation, string Name)[] steps)
    {
        var catalog = new ModelCatalog();
        var model = new Dictionary<string, CatalogModel>(StringComparer.Ordinal);
        foreach ((var operation, var name) in steps)
        {
            var known = model.GetValueOrDefault(name);
            var agrees = operation switch
            {
                0 or 1 when Model(name) is var added => catalog.TryRegister(added) == model.TryAdd(name, added),
                2 => Kind(() => catalog.Remove(name)) == (model.Remove(name) ? null : ServingErrorKind.ModelNotFound),
                3 => Kind(() => catalog.Resolve(name)) == (known is null ? ServingErrorKind.ModelNotFound : null),
                _ => known is null || (catalog.IsCurrent(known.Default) && ReferenceEquals(catalog.Resolve(name, "1"), known.Default)),
            };
            if (!agrees || catalog.Count != model.Count || !ReferenceEquals(catalog.Find(name), model.GetValueOrDefault(name)))
                return false;
        }

        return catalog.List().SequenceEqual(model.Values.OrderBy(m => m.Name, StringComparer.Ordinal));
    }

    private static ServingErrorKind? Kind(Func<object> act)
    {
        try
        {
            act();
            return null;
        }
        catch (ServingException e)
        {
            return e.Kind;
        }
    }

    private static CatalogModel Model(string name) => new(Definition(name, "1"));

    private static ModelDefinition Definition(string name, string version, string? fault = null) =>
        new() { Id = new ModelId(name, version), Path = "/m.onnx", Url = "m.onnx", Origin = ModelOrigin.Api, Fault = fault };
}
