namespace Scalelab.Engine.Tests.Support;

/// <summary>A folder of its own for each test, gone afterwards.</summary>
/// <param name="shared">A folder that outlives this, in place of one of its own.</param>
internal sealed class TestFolder(string? shared = null) : IDisposable
{
    public string Path { get; } = shared ?? Directory.CreateTempSubdirectory("scalelab-engine-").FullName;

    public string File(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        if (shared is null)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
