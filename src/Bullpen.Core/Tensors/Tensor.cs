using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Bullpen.Core.Tensors;

/// <summary>
/// A dense tensor, row-major, little-endian. Elements of fixed size live in <see cref="Bytes"/>, strings in
/// <see cref="Strings"/>. The memory may be borrowed (a request body, a pooled buffer): whoever makes the tensor says
/// for how long, and keeps the memory unchanged while the tensor is in use.
/// </summary>
public sealed class Tensor
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private Tensor(ElementType type, TensorShape shape, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte>[]? strings)
    {
        Type = type;
        Shape = shape;
        Bytes = bytes;
        Strings = strings ?? [];
    }

    /// <summary>The element type.</summary>
    public ElementType Type { get; }

    /// <summary>The shape, without dynamic dimensions.</summary>
    public TensorShape Shape { get; }

    /// <summary>The elements of a fixed-size type, row-major; empty for strings.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The elements of a string tensor, row-major, each as its UTF-8 (or arbitrary) bytes; empty for other types.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Strings { get; }

    /// <summary>A tensor over elements of a fixed-size type.</summary>
    /// <exception cref="ArgumentException">The type is string, or the bytes are not exactly as many as the shape needs.</exception>
    public static Tensor FromBytes(ElementType type, TensorShape shape, ReadOnlyMemory<byte> bytes)
    {
        if (type == ElementType.String) throw new ArgumentException("A string tensor is made of its elements.", nameof(type));
        var needed = checked(shape.ElementCount * ElementTypes.SizeOf(type));
        if (needed != bytes.Length)
            throw new ArgumentException($"{ElementTypes.NameOf(type)}{shape} needs {needed} bytes, not {bytes.Length}.", nameof(bytes));
        return new Tensor(type, shape, bytes, null);
    }

    /// <summary>A tensor that copies <paramref name="values"/>, whose CLR type must have the size of an element.</summary>
    /// <exception cref="ArgumentException">The number or size of the values does not fit type and shape.</exception>
    public static Tensor FromValues<T>(ElementType type, TensorShape shape, params ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != ElementTypes.SizeOf(type))
            throw new ArgumentException($"{typeof(T).Name} is not {ElementTypes.NameOf(type)}.", nameof(values));
        return FromBytes(type, shape, MemoryMarshal.AsBytes(values).ToArray());
    }

    /// <summary>A tensor of strings, each given by its bytes.</summary>
    /// <exception cref="ArgumentException">The elements are not exactly as many as the shape needs.</exception>
    public static Tensor FromStrings(TensorShape shape, ReadOnlyMemory<byte>[] strings)
    {
        if (shape.ElementCount != strings.Length)
            throw new ArgumentException($"string{shape} needs {shape.ElementCount} elements, not {strings.Length}.", nameof(strings));
        return new Tensor(ElementType.String, shape, default, strings);
    }

    /// <summary>A tensor of strings.</summary>
    /// <exception cref="ArgumentException">The elements are not exactly as many as the shape needs.</exception>
    public static Tensor FromStrings(TensorShape shape, params IEnumerable<string> strings) =>
        FromStrings(shape, strings.Select(s => new ReadOnlyMemory<byte>(Utf8.GetBytes(s))).ToArray());

    /// <summary>The elements as <typeparamref name="T"/>, which must have the size of an element.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds strings, or elements of another size.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
    {
        if (Type == ElementType.String || Unsafe.SizeOf<T>() != ElementTypes.SizeOf(Type))
            throw new InvalidOperationException($"A tensor of {ElementTypes.NameOf(Type)} cannot be read as {typeof(T).Name}.");
        return MemoryMarshal.Cast<byte, T>(Bytes.Span);
    }

    /// <summary>The string at <paramref name="index"/>, row-major; bytes that are not UTF-8 become U+FFFD.</summary>
    public string StringAt(int index) => Utf8.GetString(Strings[index].Span);

    /// <summary>As messages show it: <c>float32[3,4]</c>.</summary>
    public override string ToString() => $"{ElementTypes.NameOf(Type)}{Shape}";
}
