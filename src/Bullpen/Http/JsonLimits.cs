namespace Bullpen.Http;

/// <summary>How much a JSON body may hold beside its bytes: a document takes memory for each value, and time for each key.</summary>
/// <param name="Keys">The most keys of one object.</param>
/// <param name="AllKeys">The most keys and objects in all.</param>
/// <param name="Values">The most values in all.</param>
internal sealed record JsonLimits(int Keys, int AllKeys, int Values)
{
    /// <summary>Where a table may be a key a row, or a key a cell.</summary>
    internal static readonly JsonLimits Data = new(1 << 17, 1 << 21, 1 << 23);

    /// <summary>Where data stands in arrays, and a key is the protocol's own: the Open Inference Protocol.</summary>
    internal static readonly JsonLimits Tensors = new(1 << 14, 1 << 17, 1 << 23);

    /// <summary>No body up to so many bytes reaches any of them, a key with its value taking five bytes: such a one is not looked through.</summary>
    internal const int SurelyWithin = 1 << 16;
}
