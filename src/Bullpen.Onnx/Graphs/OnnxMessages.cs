namespace Bullpen.Onnx.Graphs;

/// <summary>Which field of which message holds which: onnx.proto, IR version 13.</summary>
internal static class OnnxMessages
{
    /// <summary>The kind of message in a length-delimited field.</summary>
    public static OnnxMessage Within(this OnnxMessage message, ulong field) => (message, field) switch
    {
        (OnnxMessage.Model, 7) => OnnxMessage.Graph,
        (OnnxMessage.Model, 25) => OnnxMessage.Function,
        (OnnxMessage.Graph, 1) or (OnnxMessage.Function, 7) => OnnxMessage.Node,
        (OnnxMessage.Graph, 5) => OnnxMessage.Tensor,
        (OnnxMessage.Graph, 15) => OnnxMessage.SparseTensor,
        (OnnxMessage.Node, 5) => OnnxMessage.Attribute,
        (OnnxMessage.Attribute, 5 or 10) => OnnxMessage.Tensor,
        (OnnxMessage.Attribute, 6 or 11) => OnnxMessage.Graph,
        (OnnxMessage.Attribute, 22 or 23) => OnnxMessage.SparseTensor,
        (OnnxMessage.SparseTensor, 1 or 2) => OnnxMessage.Tensor,
        (OnnxMessage.Tensor, 13) => OnnxMessage.Entry,
        _ => OnnxMessage.Other,
    };
}
