namespace Bullpen.Onnx.Graphs;

/// <summary>The messages of onnx.proto on the way from a model to its tensors.</summary>
internal enum OnnxMessage
{
    /// <summary>Anything else: nothing in it leads to a tensor.</summary>
    Other,

    /// <summary>ModelProto.</summary>
    Model,

    /// <summary>GraphProto.</summary>
    Graph,

    /// <summary>FunctionProto.</summary>
    Function,

    /// <summary>NodeProto.</summary>
    Node,

    /// <summary>AttributeProto.</summary>
    Attribute,

    /// <summary>TensorProto.</summary>
    Tensor,

    /// <summary>SparseTensorProto.</summary>
    SparseTensor,

    /// <summary>StringStringEntryProto: a key and a value of a tensor's external data.</summary>
    Entry,
}
