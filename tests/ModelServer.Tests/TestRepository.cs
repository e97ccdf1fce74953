namespace Scalelab.ModelServer.Tests;

/// <summary>A folder of model folders in the temporary folder, gone when disposed of.</summary>
internal sealed class TestRepository : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("model-server-").FullName;

    /// <summary>Adds a model; with a version, in a numbered folder of the model's.</summary>
    public TestRepository Add(string name, byte[] network, string version = "")
    {
        var folder = Path.Combine(Folder, name, version);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), network);
        return this;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
