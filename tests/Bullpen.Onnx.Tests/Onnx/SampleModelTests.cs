using Bullpen.Core.Tensors;

namespace Bullpen.Onnx.Tests.Onnx;

public sealed class SampleModelTests
{
    private readonly OnnxModelRuntime _runtime = new();

    public static TheoryData<string> Samples => [.. TestModels.Samples];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_sample_loads_and_gives_a_label_and_scores(string name)
    {
        using var session = _runtime.Load(TestModels.Sample(name));

        var outputs = session.Run(TestModels.InputsFor(session.Signature));

        outputs.Select(output => output.Name).ShouldBe(session.Signature.Outputs.Select(spec => spec.Name));
        outputs[0].Value.Shape.ElementCount.ShouldBe(1);
        var scores = outputs[1].Value.Values<float>().ToArray();
        scores.Length.ShouldBeGreaterThan(1);
        scores.ShouldAllBe(score => score >= 0 && score <= 1.0001f);
    }

    [Fact]
    public void A_praised_film_is_positive()
    {
        using var session = _runtime.Load(TestModels.Sample("sentiment"));

        var label = session.Run(Tensor.FromStrings(new TensorShape(2), "This movie was great!", "A dull, awful waste of time."))[0].Value;

        label.Shape.ShouldBe(new TensorShape(2));
        label.StringAt(0).ShouldBe("positive");
        label.StringAt(1).ShouldBe("negative");
    }

    [Fact]
    public void Metadata_is_read_from_the_model()
    {
        using var session = _runtime.Load(TestModels.Small("two_outputs"));

        session.Signature.Metadata["classes"].ShouldBe("a,b");
        session.Signature.Description.ShouldBe("Test model two_outputs.");
    }

    [Theory]
    [InlineData("sentiment")]
    [InlineData("image")]
    public async Task Sixteen_threads_on_one_session_get_the_answer_of_one(string name)
    {
        using var session = _runtime.Load(TestModels.Sample(name));
        var inputs = TestModels.InputsFor(session.Signature);
        var expected = session.Run(inputs)[1].Value.Bytes.ToArray();
        using var start = new Barrier(16);

        var threads = Enumerable.Range(0, 16).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return Enumerable.Range(0, 5).Select(_ => session.Run(inputs)[1].Value.Bytes.ToArray()).ToArray();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

        foreach (var answers in await Task.WhenAll(threads))
            foreach (var answer in answers) answer.ShouldBe(expected);
    }
}
