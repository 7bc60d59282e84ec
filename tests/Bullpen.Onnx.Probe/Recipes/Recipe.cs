using System.Globalization;

namespace Bullpen.Onnx.Probe.Recipes;

/// <summary><c>make KIND SEED FILE</c>: a model with random weights, the same for the same seed.</summary>
internal static class Recipe
{
    public static readonly string[] Kinds = ["bert-base", "bert-small", "minilm", "cnn", "mlp"];

    public static int Make(string kind, string seedText, string path)
    {
        var seed = int.Parse(seedText, CultureInfo.InvariantCulture);
        switch (kind)
        {
            case "bert-base": BertRecipe.Base.Write(path, seed); break;
            case "bert-small": BertRecipe.Small.Write(path, seed); break;
            case "minilm": BertRecipe.MiniLm.Write(path, seed); break;
            case "mlp": MlpRecipe.Write(path, seed); break;
            case "cnn": CnnRecipe.Write(path, seed); break;
            default:
                Console.Error.WriteLine($"There is no recipe {kind}; there is {string.Join(", ", Kinds)}.");
                return 2;
        }

        Console.WriteLine($"{path}: {new FileInfo(path).Length >> 10} KiB");
        return 0;
    }
}
