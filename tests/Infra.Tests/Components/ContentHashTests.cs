using Scalelab.Infra.Components;

namespace Scalelab.Infra.Tests.Components;

public sealed class ContentHashTests : IDisposable
{
    private readonly TestProject _project = new();
    private readonly TestProject _copy = new();

    public void Dispose()
    {
        _project.Dispose();
        _copy.Dispose();
    }

    [Fact]
    public void Of_SameFilesElsewhereAndLater_IsTheSame()
    {
        File.SetLastWriteTimeUtc(Path.Combine(_copy.Root, "app/ModelServer/Server.cs"), DateTime.UnixEpoch);

        Assert.Equal(HashOf(_project), HashOf(_copy));
    }

    [Fact]
    public void Of_BuildOutputs_AreLeftOut()
    {
        _copy.Write("app/ModelServer/bin/Release/ModelServer.dll", "built");
        _copy.Write("app/ModelServer/obj/project.assets.json", "restored");

        Assert.Equal(HashOf(_project), HashOf(_copy));
    }

    [Theory]
    [InlineData("app/ModelServer/Server.cs", "class Another;")]
    [InlineData("app/ModelServer/New.cs", "")]
    [InlineData("app/ModelServer/Models/food11-demo/bin/weights", "a folder of this name deeper down is content")]
    public void Of_ChangedOrAddedFile_IsAnother(string path, string content)
    {
        _copy.Write(path, content);

        Assert.NotEqual(HashOf(_project), HashOf(_copy));
    }

    [Fact]
    public void Of_RenamedFile_IsAnother()
    {
        File.Move(Path.Combine(_copy.Root, "app/ModelServer/Server.cs"), Path.Combine(_copy.Root, "app/ModelServer/Renamed.cs"));

        Assert.NotEqual(HashOf(_project), HashOf(_copy));
    }

    private static string HashOf(TestProject project) => ContentHash.Of(("app", Path.Combine(project.Root, "app/ModelServer")));
}
