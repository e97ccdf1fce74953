using System.Formats.Tar;
using Scalelab.Registry.Tests;
using Scalelab.Registry.Tests.Clients;

namespace Scalelab.Engine.Tests.Providers.Docker;

/// <summary>
/// A real Docker daemon and a registry, for all tests of the collection. They start with the first test that asks for them, which is skipped
/// where they cannot. Nothing is pulled: the base image <c>base:1</c> is made from a few programs of this machine.
/// </summary>
public sealed class DockerMachine : IAsyncLifetime
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly string[] Programs = ["sh", "sleep", "cat"];

    private readonly SemaphoreSlim _starting = new(1);
    private DockerDaemon? _daemon;
    private TestRegistry? _registry;

    internal DockerDaemon Daemon => _daemon!;

    internal TestRegistry Registry => _registry!;

    /// <summary>What the engine's environment must say to use this daemon, and nobody's credentials.</summary>
    internal Dictionary<string, string> Environment => new() { ["DOCKER_HOST"] = Daemon.Host, ["DOCKER_CONFIG"] = "/nowhere" };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    internal async Task StartAsync()
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_daemon is null)
            {
                _daemon = await DockerDaemon.StartAsync(withBridge: true);
                _registry = await TestRegistry.StartAsync();
                await ImportBaseAsync();
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            await _daemon.DisposeAsync();
        }

        if (_registry is not null)
        {
            await _registry.DisposeAsync();
        }

        _starting.Dispose();
    }

    private async Task ImportBaseAsync()
    {
        var path = Path.GetTempFileName();
        try
        {
            await using (var tar = new TarWriter(File.Create(path)))
            {
                var programs = Programs.Select(program => $"/bin/{program}").ToList();
                foreach (var file in programs.Concat((await Task.WhenAll(programs.Select(LibrariesAsync))).SelectMany(library => library)).Distinct())
                {
                    await using var content = File.OpenRead(file);
                    var entry = new PaxTarEntry(TarEntryType.RegularFile, file[1..]) { DataStream = content, Mode = Executable };
                    await tar.WriteEntryAsync(entry, TestContext.Current.CancellationToken);
                }
            }

            await Daemon.RunAsync("import", path, "base:1");
        }
        finally
        {
            File.Delete(path);
        }
    }

    // What ldd prints: "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)", and the loader by its path alone.
    private static async Task<IEnumerable<string>> LibrariesAsync(string program) =>
        (await Tool.RunAsync("ldd", [program])).Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.StartsWith('/'));
}

/// <summary>Shares one daemon among the tests that need one.</summary>
[CollectionDefinition(nameof(DockerMachine))]
public sealed class DockerCollection : ICollectionFixture<DockerMachine>;
