using System.Text;
using System.Text.Json;
using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Inputs.TensorFlow;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using FsCheck;
using FsCheck.Fluent;
using static Bullpen.Core.Tests.Inputs.Samples;

namespace Bullpen.Core.Tests.Inputs;

/// <summary>Whatever a request says, it is either bound and valid, or refused with a reason.</summary>
public sealed class GarbageProperties
{
    private static readonly ModelDescription[] Models =
    [
        Sentiment, Iris, Penguins, Fashion, Matrix(2), Matrix(2, "a", "b"), Matrix(-1), Single(ElementType.Int8, -1, 2), Single(ElementType.String),
        Single(ElementType.BFloat16, 1, -1, 3), Model("bert", [Spec("ids", ElementType.Int64, -1, -1), Spec("a", ElementType.Boolean)], []),
        Model("batched", [Spec("image", ElementType.UInt8, -1, -1, -1, 3)], []),
        Model("odd", [Spec("x", ElementType.Float32, -1)], [], manifest: new ModelManifest { Input = InputKind.Table }),
    ];

    private static readonly string[] Scalars =
    [
        "null", "true", "false", "0", "-1", "1.5", "1e400", "-0", "1e-400", "99999999999999999999", "\"\"", "\"a\"", "\"\\ud800\"", "\"FP32\"", "\"BYTES\"",
        "\"NaN\"", "\"data:,\"", "\"/9j/\"", "\"../x\"", "\"\\u0000\"", "3", "2", "\"0\"", "1E+2", "9223372036854775808",
    ];

    private static readonly string[] Keys =
    [
        "a", "b", "x", "text", "image", "input", "ids", "inputs", "instances", "outputs", "name", "shape", "datatype", "data", "columns", "index", "schema",
        "primaryKey", "dataframe_split", "dataframe_records", "params", "0", "1", "b64", "\\ud800", "sepal_length", "sepal_width", "petal_length", "petal_width", "",
    ];

    private static readonly string[] CsvParts = ["a", "b", ",", "\n", "\r\n", "\"", "\"\"", "1", "1.5", "", " ", "text", "\uFEFF", "\0", "\ud800"];

    [Fact]
    public void Any_JSON_is_bound_or_refused() =>
        Prop.ForAll(Json(4).ToArbitrary(), json =>
        {
            using var document = JsonDocument.Parse(json);
            foreach (var model in Models) TryBind(new JsonPayload(document.RootElement), model);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Any_array_of_tensors_is_bound_or_refused() =>
        Prop.ForAll(Json(2).ArrayOf(3).ToArbitrary(), parts =>
        {
            var (name, shape, data) = (parts[0], parts[1], parts[2]);
            var json = $$"""{"inputs":[{"name":{{name}},"shape":{{shape}},"datatype":"FP32","data":{{data}}}],"outputs":{{name}}}""";
            using var document = JsonDocument.Parse(json);
            foreach (var model in Models) TryBind(new JsonPayload(document.RootElement), model);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Any_body_of_TensorFlow_is_bound_or_refused() =>
        Prop.ForAll(Json(3).ArrayOf(3).ToArbitrary(), parts =>
        {
            var rows = $"[{string.Join(',', parts)}]";
            foreach (var model in Models)
            {
                TryRead(() => TensorFlowRequest.ReadPredict(Parse($$"""{"instances":{{rows}}}"""), model.Name), model);
                TryRead(() => TensorFlowRequest.ReadPredict(Parse($$"""{"inputs":{{parts[0]}}}"""), model.Name), model);
                TryRead(() => TensorFlowRequest.ReadExamples(Parse($$"""{"examples":{{rows}},"context":{{parts[0]}}}"""), model.Name), model);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Any_text_is_bound_or_refused() =>
        Prop.ForAll(Gen.Elements(CsvParts).ArrayOf().Select(string.Concat).ToArbitrary(), text =>
        {
            foreach (var model in Models)
            {
                TryBind(new CsvPayload(text), model);
                TryBind(new TextPayload(text), model);
                TryBind(new ImagePayload(Encoding.UTF8.GetBytes(text)), model);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static void TryRead(Func<TensorFlowRequest> read, ModelDescription model)
    {
        TensorFlowRequest request;
        try
        {
            request = read();
        }
        catch (ServingException refusal)
        {
            refusal.Message.ShouldContain(model.Name);
            return;
        }

        TryBind(new TensorFlowPayload(request), model);
    }

    private static void TryBind(InputPayload payload, ModelDescription model)
    {
        var binder = Binder();
        try
        {
            var bound = binder.Bind(payload, model);
            InputValidator.Validate(model, bound.Tensors);
            bound.Tensors.Count.ShouldBe(model.Signature.Inputs.Count);
        }
        catch (ServingException refusal)
        {
            refusal.Message.ShouldContain(model.Name);
        }
    }

    private static Gen<string> Json(int depth)
    {
        var scalar = Gen.Elements(Scalars);
        if (depth == 0) return scalar;
        var inner = Json(depth - 1);
        var array = from count in Gen.Choose(0, 4) from items in inner.ArrayOf(count) select $"[{string.Join(',', items)}]";
        var member = from key in Gen.Elements(Keys) from value in inner select $"\"{key}\":{value}";
        var members = from count in Gen.Choose(0, 4) from items in member.ArrayOf(count) select $"{{{string.Join(',', items)}}}";
        return Gen.OneOf(scalar, array, members, members);
    }
}
