namespace Bullpen.Core.Repository;

/// <summary>What a request's free-form data means to a model.</summary>
public enum InputKind
{
    /// <summary>To be told from the model's inputs: one string vector is text, one uint8 [height,width,channels] is an image,
    /// several [rows,1] columns or one [rows,features] matrix is a table, anything else is tensors.</summary>
    Auto,

    /// <summary>Text: a string, or an array of strings.</summary>
    Text,

    /// <summary>An encoded image (JPEG, PNG, WebP, GIF).</summary>
    Image,

    /// <summary>Rows and columns.</summary>
    Table,

    /// <summary>Nested arrays of numbers or strings, by input name.</summary>
    Tensors,
}
