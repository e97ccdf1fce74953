using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Text;
using Scalelab.Registry.Tests.Clients;

namespace Scalelab.EndToEnd.Fixtures;

/// <summary>
/// Stand-ins for .NET's own images, which cannot be pulled everywhere: made from what this machine has. The one to run on is this machine's runtime.
/// The one to build with holds the model server already built; its <c>dotnet</c> only puts that where it is asked to publish.
/// </summary>
internal static class BaseImages
{
    public const string Runtime = "scalelab-test/aspnet:1";
    public const string Sdk = "scalelab-test/sdk:1";

    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;

    // It is called as the Dockerfile calls the SDK: publish ... -o FOLDER.
    private const string Publisher =
        """
        #!/bin/sh
        case "$1" in
          restore) exit 0 ;;
          publish) while [ "$1" != -o ]; do shift; done; exec cp -r /built "$2" ;;
          *) echo "no stand-in for dotnet $1" >&2; exit 1 ;;
        esac
        """;

    /// <summary>Makes both and gives them to a daemon.</summary>
    /// <param name="daemon">Gets them.</param>
    /// <param name="scratch">A folder for what is needed meanwhile.</param>
    public static async Task ImportAsync(DockerDaemon daemon, string scratch)
    {
        var server = Path.Combine(scratch, "server");
        await Tool.RunAsync("dotnet", ["publish", Path.Combine(Repository.Root, "app/ModelServer"), "--nologo", "-c", "Release", "-r", "linux-x64", "--no-self-contained", "-o", server]);
        var runtime = RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/');
        var dotnet = Path.GetFullPath("../../..", runtime);
        var version = Path.GetFileName(runtime);
        string[] folders = ["host", $"shared/Microsoft.NETCore.App/{version}", $"shared/Microsoft.AspNetCore.App/{version}"];
        string[] native = [.. Directory.EnumerateFiles(runtime, "*.so"), .. Directory.EnumerateFiles(server, "*.so", SearchOption.AllDirectories), Path.Combine(dotnet, "dotnet")];
        await ImportAsync(
            daemon,
            Runtime,
            scratch,
            [
                .. folders.SelectMany(folder => Files(Path.Combine(dotnet, folder), $"usr/share/dotnet/{folder}")), (Path.Combine(dotnet, "dotnet"), "usr/share/dotnet/dotnet"),
                .. await LibrariesAsync(native, "libssl.so.3", "libcrypto.so.3"),
            ],
            async tar =>
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "usr/bin") { Mode = Executable });
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "usr/bin/dotnet") { LinkName = "/usr/share/dotnet/dotnet" });
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "tmp") { Mode = (UnixFileMode)0b1_111_111_111 });
            });
        string[] programs = ["/bin/sh", "/bin/cp"];
        await ImportAsync(
            daemon,
            Sdk,
            scratch,
            [.. programs.Select(program => (program, program[1..])), .. await LibrariesAsync(programs), .. Files(server, "built")],
            async tar =>
            {
                using var script = new MemoryStream(Encoding.UTF8.GetBytes(Publisher));
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "usr/bin/dotnet") { DataStream = script, Mode = Executable });
            });
    }

    private static async Task ImportAsync(DockerDaemon daemon, string image, string scratch, IReadOnlyList<(string File, string Name)> files, Func<TarWriter, Task> addMore)
    {
        var archive = Path.Combine(scratch, "image.tar");
        await using (var tar = new TarWriter(File.Create(archive)))
        {
            // Folders that no entry tells of would be root's alone.
            foreach (var folder in files.SelectMany(file => Parents(file.Name)).Distinct().Order(StringComparer.Ordinal))
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = Executable });
            }

            foreach (var (file, name) in files.DistinctBy(file => file.Name))
            {
                await using var content = File.OpenRead(file);
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = Executable });
            }

            await addMore(tar);
        }

        await daemon.RunAsync("import", archive, image);
        File.Delete(archive);
    }

    private static IEnumerable<string> Parents(string name) => name.Split('/') is var parts ? Enumerable.Range(1, parts.Length - 1).Select(depth => string.Join('/', parts[..depth])) : [];

    private static IEnumerable<(string File, string Name)> Files(string folder, string name) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => (file, $"{name}/{Path.GetRelativePath(folder, file)}"));

    // What ldd prints: "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)", and the loader by its path alone.
    private static async Task<IEnumerable<(string File, string Name)>> LibrariesAsync(IReadOnlyList<string> programs, params string[] opened)
    {
        var words = (await Task.WhenAll(programs.Select(program => Tool.RunAsync("ldd", [program])))).SelectMany(output => output.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
        // What lies beside what needs it comes with its folder.
        var libraries = words.Where(word => word.StartsWith('/') && !word.EndsWith(':') && !programs.Any(program => Path.GetDirectoryName(program) == Path.GetDirectoryName(word))).Distinct().ToList();
        var folder = Path.GetDirectoryName(libraries.First(library => library.Contains("libc.so", StringComparison.Ordinal)))!;
        return libraries.Concat(opened.Select(name => Path.Combine(folder, name))).Where(File.Exists).Select(library => (library, library[1..]));
    }
}
