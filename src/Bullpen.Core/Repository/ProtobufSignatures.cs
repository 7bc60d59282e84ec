namespace Bullpen.Core.Repository;

/// <summary>Protobuf messages that are other frameworks' models, told by their outermost fields.</summary>
internal static class ProtobufSignatures
{
    private const int Varint = 0;
    private const int Bytes = 2;

    /// <summary>The format of a file that is known not to be ONNX, or null.</summary>
    public static FileFormat? Match(FileSample file, ProtobufOutline outline)
    {
        var fields = outline.Fields;
        if (fields.Count == 0 || outline.End is ProtobufOutline.OutlineEnd.Malformed)
            return null;

        if (IsSavedModel(file, fields))
            return new FileFormat("a TensorFlow SavedModel (saved_model.pb)", FileFormat.SavedModel);
        if (IsGraphDef(file, fields))
            return new FileFormat("a TensorFlow graph (GraphDef, frozen)", FileFormat.SavedModel);

        // Core ML's Model.proto: specificationVersion = 1, description = 2, and one of the model kinds from 200 on.
        if (fields[0] is { Number: 1, WireType: Varint } && fields.Any(f => f is { Number: >= 200 and < 4000, WireType: Bytes }))
            return new FileFormat("a Core ML model", Advice: "Export the model that it was made from to ONNX; see docs/convert.md.");

        return outline.End == ProtobufOutline.OutlineEnd.Complete && fields.All(f => f.Number < 30)
            ? new FileFormat("a protobuf message without a graph")
            : null;
    }

    /// <summary>SavedModel: saved_model_schema_version = 1, meta_graphs = 2, each of which begins with its own field 1.</summary>
    private static bool IsSavedModel(FileSample file, IReadOnlyList<ProtobufOutline.Field> fields) =>
        fields.Count >= 2
        && fields[0] is { Number: 1, WireType: Varint }
        && fields.Skip(1).All(f => f is { Number: 2, WireType: Bytes })
        && StartsWithFieldOne(file, fields[1]);

    /// <summary>GraphDef: node = 1 (NodeDef, which begins with its name = 1), library = 2, version = 3, versions = 4.</summary>
    private static bool IsGraphDef(FileSample file, IReadOnlyList<ProtobufOutline.Field> fields) =>
        fields[0] is { Number: 1, WireType: Bytes }
        && fields.All(f => f.Number is >= 1 and <= 5)
        && StartsWithFieldOne(file, fields[0]);

    private static bool StartsWithFieldOne(FileSample file, ProtobufOutline.Field field)
    {
        Span<byte> first = stackalloc byte[1];
        return file.Read(field.Offset, first) == 1 && first[0] == ((1 << 3) | Bytes);
    }
}
