using System.Runtime.InteropServices;

namespace Bullpen.Onnx.Native;

/// <summary>The environment variables that native code sees.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>
    /// Sets a variable for native code and for .NET. On Unix <see cref="Environment.SetEnvironmentVariable(string, string)"/>
    /// alone changes a copy that native code never reads.
    /// </summary>
    public static void Set(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        var failed = OperatingSystem.IsWindows() ? _putenv_s(name, value) : setenv(name, value, 1);
        if (failed != 0) throw new InvalidOperationException($"The environment variable {name} cannot be set.");
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("ucrtbase", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int _putenv_s(string name, string value);
}
