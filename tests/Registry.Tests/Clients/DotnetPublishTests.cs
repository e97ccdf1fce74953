using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Scalelab.Registry.Tests.Clients;

public sealed class DotnetPublishTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scalelab-publish-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task PublishContainer_OnEmptyBaseImage_PushesAnImageThatHoldsTheProgram()
    {
        await using var registry = await TestRegistry.StartAsync();
        await WriteProjectAsync();

        await Tool.RunAsync(
            "dotnet",
            [
                "publish", Path.Combine(_folder.FullName, "tiny.csproj"), "-t:PublishContainer", "--os", "linux", "--arch", "x64", "-v", "quiet",
                $"-p:ContainerRegistry={registry.Host}", $"-p:ContainerBaseImage={registry.Host}/scalelab/empty:latest", "-p:ContainerRepository=tests/tiny",
                "-p:ContainerImageTag=v1", "-p:UseAppHost=false", "-p:NuGetAudit=false",
            ],
            ("DOTNET_CONTAINER_INSECURE_REGISTRIES", registry.Host), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("MSBUILDDISABLENODEREUSE", "1"));

        var manifest = JsonNode.Parse(await registry.Client.GetStringAsync("/v2/tests/tiny/manifests/v1", TestRegistry.Cancellation))!;
        var config = JsonNode.Parse(await registry.Client.GetStringAsync($"/v2/tests/tiny/blobs/{manifest["config"]!["digest"]}", TestRegistry.Cancellation))!;
        Assert.Equal(("linux", "amd64"), ((string?)config["os"], (string?)config["architecture"]));
        Assert.Equal("/app/", (string?)config["config"]!["WorkingDir"]);
        Assert.Contains("tiny.dll", config["config"]!["Entrypoint"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("app/tiny.dll", await FilesAsync(registry, (string)manifest["layers"]![0]!["digest"]!));
    }

    private static async Task<List<string>> FilesAsync(TestRegistry registry, string layer)
    {
        await using var content = await registry.Client.GetStreamAsync($"/v2/tests/tiny/blobs/{layer}", TestRegistry.Cancellation);
        await using var unzipped = new GZipStream(content, CompressionMode.Decompress);
        await using var tar = new TarReader(unzipped);
        var files = new List<string>();
        while (await tar.GetNextEntryAsync(cancellationToken: TestRegistry.Cancellation) is { } entry)
        {
            files.Add(entry.Name.TrimStart('.', '/'));
        }

        return files;
    }

    private async Task WriteProjectAsync()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "tiny.csproj"),
            """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""",
            TestRegistry.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "Program.cs"), "System.Console.WriteLine(\"tiny\");", TestRegistry.Cancellation);
    }
}
