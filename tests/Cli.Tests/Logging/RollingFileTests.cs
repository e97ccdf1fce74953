using Scalelab.Cli.Logging;

namespace Scalelab.Cli.Tests.Logging;

public sealed class RollingFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scalelab-log-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void WriteLine_BeyondTheLimit_KeepsTheLastLinesInBoundedSpace()
    {
        var path = Path.Combine(_folder.FullName, "x.log");
        using (var file = new RollingFile(path, maxBytes: 100))
        {
            for (var i = 0; i < 1_000; i++)
            {
                file.WriteLine($"line {i:000}");
            }
        }

        Assert.Equal(2, _folder.GetFiles().Length);
        Assert.All(_folder.GetFiles(), found => Assert.InRange(found.Length, 1, 100));
        Assert.Equal("line 999", File.ReadLines(path).Last());
    }

    [Fact]
    public void WriteLine_ToAnExistingFile_Appends()
    {
        var path = Path.Combine(_folder.FullName, "x.log");
        using (var first = new RollingFile(path))
        {
            first.WriteLine("one");
        }

        using (var second = new RollingFile(path))
        {
            second.WriteLine("two");
        }

        Assert.Equal(["one", "two"], File.ReadLines(path));
    }
}
