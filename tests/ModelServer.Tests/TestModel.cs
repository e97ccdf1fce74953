using System.Text.Json.Nodes;

namespace Scalelab.ModelServer.Tests;

/// <summary>A model folder in the temporary folder, gone when disposed of.</summary>
internal sealed class TestModel : IDisposable
{
    private TestModel(string folder)
    {
        Folder = folder;
    }

    public string Folder { get; }

    /// <summary>
    /// A network that answers with ten times the means of red, green and blue of an 8 × 8 picture, and its description after
    /// <paramref name="change"/>.
    /// </summary>
    public static TestModel Create(Action<JsonObject>? change = null, string network = "colours-nchw.onnx")
    {
        var folder = Directory.CreateTempSubdirectory("model-server-").FullName;
        File.Copy(Fixture.Path(network), Path.Combine(folder, "model.onnx"));
        var description = new JsonObject
        {
            ["name"] = "colours",
            ["layout"] = "NCHW",
            ["size"] = 8,
            ["resize"] = new JsonObject { ["mode"] = "shorter-side", ["to"] = 8, ["filter"] = "bilinear" },
            ["crop"] = "centre",
            ["scaling"] = "0..1",
            ["activation"] = "softmax",
            ["labels"] = new JsonArray("red", "green", "blue"),
        };
        change?.Invoke(description);
        File.WriteAllText(Path.Combine(folder, "model.json"), description.ToJsonString());
        return new TestModel(folder);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
