using System.Runtime.InteropServices;

namespace Bullpen.Imaging;

/// <summary>One operation of libvips with one image as its result, named and given its arguments as vips(1) does.</summary>
internal sealed unsafe class VipsOperation : IDisposable
{
    private readonly string _nickname;
    private readonly VipsObject _operation;

    /// <summary>An operation by its nickname: <c>jpegload_buffer</c>, <c>flatten</c>.</summary>
    public VipsOperation(string nickname)
    {
        _nickname = nickname;
        _operation = VipsNative.NewOperation(nickname);
        if (_operation.IsInvalid) throw new InvalidOperationException($"This libvips has no operation {nickname}: {TakeLog()}");
    }

    /// <summary>Sets a number, a flag, a word of an enumeration or a list of numbers.</summary>
    public VipsOperation With(string argument, string value)
    {
        if (VipsNative.SetArgument(_operation, argument, value) != 0)
            throw new InvalidOperationException($"{_nickname} has no argument {argument} that takes '{value}': {TakeLog()}");
        return this;
    }

    /// <summary>Sets an image.</summary>
    public VipsOperation With(string argument, VipsObject image)
    {
        var value = default(GValue);
        VipsNative.InitValue(ref value, VipsNative.ImageType());
        VipsNative.SetObject(ref value, image);
        return Set(argument, ref value);
    }

    /// <summary>Sets encoded bytes, which stay pinned until the result is disposed.</summary>
    public VipsOperation With(string argument, VipsBlob bytes)
    {
        var value = default(GValue);
        VipsNative.InitValue(ref value, VipsNative.BlobType());
        VipsNative.SetBoxed(ref value, bytes.Area);
        return Set(argument, ref value);
    }

    /// <summary>Runs the operation past libvips' cache of results; the image's pixels are computed when they are asked for.</summary>
    /// <exception cref="VipsException">It failed.</exception>
    public VipsObject Run()
    {
        if (VipsNative.Build(_operation) != 0) throw new VipsException(TakeLog());
        var value = default(GValue);
        VipsNative.InitValue(ref value, VipsNative.ImageType());
        try
        {
            VipsNative.GetProperty(_operation, "out", ref value);
            return VipsNative.DuplicateObject(value);
        }
        finally
        {
            VipsNative.UnsetValue(ref value);
        }
    }

    /// <summary>Takes the error log of libvips and clears it.</summary>
    public static string TakeLog()
    {
        var text = VipsNative.TakeErrors();
        try
        {
            return Marshal.PtrToStringUTF8((nint)text) ?? "";
        }
        finally
        {
            VipsNative.Free(text);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // What a failed or finished build left in the output properties holds a reference of its own.
        VipsNative.UnrefOutputs(_operation);
        _operation.Dispose();
    }

    private VipsOperation Set(string argument, ref GValue value)
    {
        VipsNative.SetProperty(_operation, argument, value);
        VipsNative.UnsetValue(ref value);
        return this;
    }
}
