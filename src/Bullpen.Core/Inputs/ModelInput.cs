using System.Text.Json;
using Bullpen.Core.Inputs.Elements;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Inputs;

/// <summary>
/// How one model takes free-form data: made once for a model, used by many threads at once. A new kind of input is a new
/// child of this class, chosen in <see cref="InputBinder"/>.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="isStrict">True where null is no missing value, and true and false are no numbers: in a protocol that has neither.</param>
internal abstract class ModelInput(ModelDescription model, bool isStrict)
{
    /// <summary>The model.</summary>
    protected ModelDescription Model { get; } = model;

    /// <summary>How the elements of plain tensors are read.</summary>
    protected ElementReading Reading { get; } = isStrict ? ElementReading.Strict : ElementReading.Lenient;

    /// <summary>The input that messages name where no other is concerned.</summary>
    protected string MainField => Model.Signature.Inputs.Count > 0 ? Model.Signature.Inputs[0].Name : "(none)";

    /// <summary>What a request may hold, as a noun phrase for a message.</summary>
    protected abstract string Expected { get; }

    /// <summary>True where <paramref name="name"/> is an input or a column of the model, and so not the key of an envelope.</summary>
    public virtual bool Knows(string name) => Model.Signature.FindInput(name) is not null;

    /// <summary>Binds a JSON value, its envelope taken off.</summary>
    public abstract BoundInputs BindJson(JsonElement value);

    /// <summary>Binds a text body.</summary>
    public virtual BoundInputs BindText(string text) => throw Unfit("plain text");

    /// <summary>Binds a CSV body.</summary>
    public virtual BoundInputs BindCsv(string text) => throw Unfit("comma-separated values");

    /// <summary>Binds an image body.</summary>
    public virtual BoundInputs BindImage(ReadOnlyMemory<byte> encoded) => throw Unfit("an image");

    /// <summary>Writes a small request of this kind, which can be sent as it is, as one JSON value.</summary>
    public abstract void WriteExample(Utf8JsonWriter json);

    /// <summary>Data of another kind than the model takes.</summary>
    protected ServingException Unfit(string actual) => ServingException.InvalidInput(Model.Name, MainField, Expected, actual);
}
