namespace Bullpen.Operations;

/// <summary>What one has to be allowed to do: each operation belongs to one scope, and a policy may decide by it.</summary>
internal enum OperationScope
{
    /// <summary>Nothing: whether the server lives, and what it can do, may be asked by anybody.</summary>
    Open,

    /// <summary>Have models run, and ask what they take.</summary>
    Infer,

    /// <summary>See, register, load, keep and delete models.</summary>
    Manage,

    /// <summary>Read the metrics.</summary>
    Metrics,
}
