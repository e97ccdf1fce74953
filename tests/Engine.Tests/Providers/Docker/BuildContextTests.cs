using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Scalelab.Engine.Providers.Docker.Building;
using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.Providers.Docker;

public sealed class BuildContextTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public BuildContextTests()
    {
        File("app/Dockerfile", "FROM scratch\nCOPY . /\n");
        File("app/src/main", "main");
        File("app/notes.md", "notes");
        File("app/.dockerignore", "*.md\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Digest_OfAContext_IsTheOneThatPulumisProviderRecords()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other permissions.");

        // Name, permissions and hash of each file, a zero after it; the Dockerfile once more in front.
        var expected = new MemoryStream();
        foreach (var (name, mode, text) in new[]
        {
            ("Dockerfile", "----------", "FROM scratch\nCOPY . /\n"), (".dockerignore", "-rw-r-----", "*.md\n"), ("Dockerfile", "-rw-r-----", "FROM scratch\nCOPY . /\n"), ("src/main", "-rw-r-----", "main"),
        })
        {
            expected.Write([.. Encoding.UTF8.GetBytes(name + mode), .. SHA256.HashData(Encoding.UTF8.GetBytes(text)), 0]);
        }

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(expected.ToArray())), Context().Digest());
    }

    [Fact]
    public void Digest_AfterAChange_IsAnotherOneOnlyIfItMatters()
    {
        var before = Context().Digest();

        File("app/notes.md", "other notes");
        Assert.Equal(before, Context().Digest());

        File("app/src/main", "other main");
        Assert.NotEqual(before, Context().Digest());
    }

    [Fact]
    public void Digest_ElsewhereOnTheMachine_IsTheSame()
    {
        var before = Context().Digest();
        Directory.Move(Path.Combine(_folder.Path, "app"), Path.Combine(_folder.Path, "moved"));

        Assert.Equal(before, new BuildContext(Path.Combine(_folder.Path, "moved"), Path.Combine(_folder.Path, "moved/Dockerfile")).Digest());
    }

    [Fact]
    public async Task Pack_Context_HoldsWhatIsNotIgnored() =>
        Assert.Equal(["Dockerfile", "src/", "src/main", ".dockerignore"], await PackAsync(Context()));

    [Fact]
    public async Task Pack_IgnoredDockerfile_HoldsItNevertheless()
    {
        File("app/.dockerignore", "*\n");

        Assert.Equal(["Dockerfile", ".dockerignore"], await PackAsync(Context()));
    }

    [Fact]
    public async Task Pack_IgnoreFileBesideTheDockerfile_ComesFirst()
    {
        File("app/Dockerfile.dockerignore", "src\n");

        Assert.Equal(["Dockerfile", "Dockerfile.dockerignore", "notes.md", ".dockerignore"], await PackAsync(Context()));
    }

    [Fact]
    public async Task Pack_Link_StaysALink()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need privileges there.");
        System.IO.File.CreateSymbolicLink(Path.Combine(_folder.Path, "app/link"), "nowhere");

        Assert.Contains("link -> nowhere", await PackAsync(Context()));
        Assert.NotEmpty(Context().Digest());
    }

    private static async Task<List<string>> PackAsync(BuildContext context)
    {
        var (archive, _) = await context.PackAsync(TestContext.Current.CancellationToken);
        await using var tar = new TarReader(archive);
        var names = new List<string>();
        while (await tar.GetNextEntryAsync(cancellationToken: TestContext.Current.CancellationToken) is { } entry)
        {
            Assert.Equal((0, 0), (entry.Uid, entry.Gid));
            names.Add(entry.EntryType == TarEntryType.SymbolicLink ? $"{entry.Name} -> {entry.LinkName}" : entry.Name);
        }

        return names;
    }

    private BuildContext Context() => new(Path.Combine(_folder.Path, "app"), Path.Combine(_folder.Path, "app/Dockerfile"));

    private void File(string name, string text)
    {
        var path = _folder.File(name, text);
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        }
    }
}
