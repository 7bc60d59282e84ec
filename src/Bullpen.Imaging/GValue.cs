using System.Runtime.InteropServices;

namespace Bullpen.Imaging;

/// <summary>GLib's tagged value, as gvalue.h lays it out: a type and two words. All zero is a value not set up yet.</summary>
[StructLayout(LayoutKind.Sequential, Size = 24)]
internal struct GValue
{
    /// <summary>The GType; the value itself is only for GLib's functions.</summary>
    public nuint Type;
}
