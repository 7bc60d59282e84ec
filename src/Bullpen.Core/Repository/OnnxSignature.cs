using static Bullpen.Core.Repository.ProtobufOutline;

namespace Bullpen.Core.Repository;

/// <summary>
/// Tells whether a file can be an ONNX model. ONNX has no magic number: a model is the protobuf message ModelProto
/// (onnx/onnx.proto), whose fields may come in any order.
/// </summary>
internal static class OnnxSignature
{
    private const int Varint = 0;
    private const int Bytes = 2;
    private const int IrVersion = 1;
    private const int Graph = 7;

    /// <summary>What a file's outline says.</summary>
    internal enum Verdict
    {
        /// <summary>Nothing speaks against ONNX.</summary>
        CanBeOnnx,

        /// <summary>It begins as an ONNX model and ends too early.</summary>
        CutShort,

        /// <summary>It cannot be an ONNX model.</summary>
        Other,
    }

    /// <summary>Judges a file that is not empty; <paramref name="outline"/> is what was seen.</summary>
    public static Verdict Judge(FileSample file, out ProtobufOutline outline)
    {
        outline = ProtobufOutline.Read(file, stopAfter: Graph);
        var known = false;
        foreach (var field in outline.Fields)
        {
            var expected = WireTypeOf(field.Number);
            if (expected is not null && expected != field.WireType)
                return Verdict.Other;
            known |= expected is not null;
        }

        var hasGraph = outline.Fields.Count > 0 && outline.Fields[^1].Number == Graph;
        return outline.End switch
        {
            OutlineEnd.Stopped when hasGraph || known => Verdict.CanBeOnnx,
            OutlineEnd.CutShort when outline.Fields[0].Number == IrVersion && WireTypeOf(outline.Fields[^1].Number) is not null => Verdict.CutShort,
            _ => Verdict.Other,
        };
    }

    /// <summary>The wire type of a field of ModelProto; null for a number that it does not define.</summary>
    private static int? WireTypeOf(int number) => number switch
    {
        IrVersion or 5 => Varint,
        2 or 3 or 4 or 6 or Graph or 8 or 14 or 20 or 25 or 26 => Bytes,
        _ => null,
    };
}
