using Bullpen.Core.Inference;
using Bullpen.Core.Outputs;
using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// <c>POST /predictions/{model}</c>: a table in any pandas orientation, CSV, JSON, text or an image →
/// <c>{"predictions":[…]}</c>, one per row. An Open Inference body is answered in that protocol's shape.
/// </summary>
internal static class MmsPredictions
{
    internal static async Task PredictAsync(HttpContext context, string model, InferenceService inference, PredictionReader predictions)
    {
        var payload = await PayloadReader.ReadAsync(context);
        var request = new InferenceRequest(model, Version: null, payload) { KeepAlive = KeepAliveWish.Of(context.Request) };

        var response = await inference.InferAsync(request, context.RequestAborted);

        await JsonAnswer.WriteAsync(context, json =>
        {
            if (response.Inputs.OpenInference is { } asked)
            {
                OpenInferenceWriter.Write(json, response.Model.Definition.Id, asked.Id, response.Outputs, NonFiniteNumbers.AsLiterals);
                return;
            }

            var answer = predictions.Read(response.Model, response.Inputs, response.Outputs);
            json.WriteStartObject();
            json.WritePropertyName("predictions");
            answer.WriteList(json);
            json.WriteEndObject();
        });
    }
}
