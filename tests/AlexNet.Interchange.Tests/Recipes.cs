using System.Text.Json.Nodes;
using AlexNet.Recipes;
using AlexNet.Testing;

namespace AlexNet.Interchange.Tests;

/// <summary>The nets that the tests carry over.</summary>
internal static class Recipes
{
    /// <summary>A small net of two towers with all that a layer may have, and grey pictures.</summary>
    private const string Odd = """
        {
          "name": "odd",
          "data": { "kind": "images", "classes": 3, "channels": 1, "height": 19, "width": 23, "mean": [0.25], "std": [0.4] },
          "net": {
            "towers": 2, "init": { "kind": "he", "bias": 0.1 }, "dropoutScaling": "at-test",
            "layers": [
              { "kind": "conv", "name": "conv1", "connect": "all", "filters": 12, "kernel": 5, "stride": 2, "padding": 2,
                "lrn": { "size": 3, "alpha": 0.5, "beta": 0.6, "k": 1.5 } },
              { "kind": "conv", "name": "conv2", "connect": "own", "filters": 16, "kernel": 3, "padding": 1, "activation": "none",
                "lrn": { "across": "all", "alpha": 0.3 }, "pool": { "kernel": 3, "stride": 2 }, "dropout": 0.25 },
              { "kind": "fc", "name": "fc3", "connect": "all", "outputs": 9, "dropout": 0.5 },
              { "kind": "fc", "name": "fc4", "connect": "all", "outputs": 3 }
            ]
          },
          "optimizer": { "kind": "sgd", "rate": 0.01 },
          "training": { "batch": 4, "epochs": 1 },
          "seed": 5
        }
        """;

    /// <param name="name">odd, or a recipe that comes with the program.</param>
    /// <param name="settings">Laid over it.</param>
    public static Recipe Of(string name, params (string Key, JsonNode? Value)[] settings) =>
        Recipe.Reader.Read(
            name == "odd" ? Odd : File.ReadAllText(Checkout.PathOf($"recipes/{name}.json")),
            name,
            settings.Select(s => KeyValuePair.Create(s.Key, s.Value))
        );
}
