using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using Bullpen.TestKit;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Repository;

/// <summary>Which models have rows that can be counted, and what becomes of the others.</summary>
public sealed class ModelDescriptionTests
{
    [Fact]
    public void Where_all_first_dimensions_are_open_nothing_is_in_the_way()
    {
        foreach (var model in new[] { Sentiment, Iris, Penguins, Matrix(4) }) model.BatchObstacle.ShouldBeNull(model.Name);
        Model("pictures", [Spec("image", ElementType.UInt8, -1, -1, -1, 3)], [Spec("y", ElementType.Float32, -1, 10)]).BatchObstacle.ShouldBeNull();
        Single(ElementType.UInt8, -1, 8, 3).BatchObstacle.ShouldBeNull("it says that it takes tensors");
    }

    [Fact]
    public void A_first_dimension_that_is_fixed_or_not_there_is_in_the_way_and_named()
    {
        Single(ElementType.Int32, 1, 16).BatchObstacle.ShouldBe("the first dimension of its input x, int32[1,16], is not open");
        Model("m", [Column("a"), Spec("b", ElementType.Float32)], []).BatchObstacle.ShouldBe("the first dimension of its input b, float32[], is not open");
        Model("m", [Column("a")], [Column("y"), Spec("sum", ElementType.Float32, 3)]).BatchObstacle
            .ShouldBe("the first dimension of its output sum, float32[3], is not open");
    }

    [Fact]
    public void The_height_of_one_picture_is_no_number_of_rows()
    {
        Fashion.BatchObstacle.ShouldBe("its input image is one picture, [height, width, channels]");
        Model(
            "m", [Spec("x", ElementType.Float32, -1, -1, 3)], [Spec("y", ElementType.Float32, -1, -1, 3)], manifest: new ModelManifest { Input = InputKind.Image }).BatchObstacle
            .ShouldBe("its input x is one picture, [height, width, channels]");
    }

    [Fact]
    public async Task A_model_that_cannot_have_the_limit_of_its_manifest_does_not_load_and_leaves_nothing()
    {
        await using var bullpen = new ManagerHarness();
        bullpen.Definition("a", new ModelManifest { MaxBatchSize = 8 });

        var error = await Should.ThrowAsync<ServingException>(bullpen.Lease("a"));

        error.Message.ShouldBe(
            "Model a cannot have the \"maxBatchSize\" of its model.json, since the first dimension of its output serial, float32[1], is not open. "
            + "Take it out, or export the model with open first dimensions.");
        (error.Kind, error.Field).ShouldBe((ServingErrorKind.InvalidModel, "maxBatchSize"));
        bullpen.Runtime.BytesAlive.ShouldBe(0);
        bullpen.Ledger.Used.ShouldBe(0);
    }
}
