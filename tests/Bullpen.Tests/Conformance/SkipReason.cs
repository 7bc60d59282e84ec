namespace Bullpen.Tests.Conformance;

/// <summary>Why a model of the ONNX backend tests says nothing about this server.</summary>
internal enum SkipReason
{
    /// <summary>It does say something.</summary>
    None,

    /// <summary>There is no model.</summary>
    NoModel,

    /// <summary>A sequence, an optional value or a map goes in or comes out.</summary>
    NoForm,

    /// <summary>ONNX Runtime refuses the model.</summary>
    NotLoaded,

    /// <summary>ONNX Runtime refuses the model, because this machine has not the locale that it asks for.</summary>
    NoLocale,

    /// <summary>ONNX Runtime refuses its inputs, or an operator fails.</summary>
    NotRun,

    /// <summary>ONNX Runtime does not answer the same twice.</summary>
    Random,

    /// <summary>ONNX Runtime does not answer what is expected.</summary>
    OtherAnswer,
}
