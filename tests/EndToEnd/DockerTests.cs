using System.Net;
using Scalelab.EndToEnd.Fixtures;
using Scalelab.Registry.Tests.Clients;

namespace Scalelab.EndToEnd;

/// <summary>The exercise <c>docker</c>, on a Docker daemon that the test starts. Skipped where none can be started, or where it gets no network.</summary>
public sealed class DockerTests(Lab lab) : EndToEndTest(lab)
{
    private const string Container = "ml-app";

    [Fact]
    public async Task UpDriftAndDestroy_Docker_AnswersIsPutRightAndLeavesNothingBehind()
    {
        await using var daemon = await DockerDaemon.StartAsync(withBridge: true);
        Assert.SkipUnless(daemon.HasBridge, "this machine does not let a Docker daemon have a network of its own");
        await BaseImages.ImportAsync(daemon, Lab.Scratch);
        var project = Project(daemon);

        (await project.RunAsync("up", "docker")).Succeeded();
        var url = (await project.RunAsync("output", "docker", "url")).Succeeded().Output.Trim();
        Assert.Equal($"http://127.0.0.1:{Lab.NodePort}/", url);
        await AnswersAsync(url);
        Assert.Contains("@sha256:", (await project.RunAsync("output", "docker", "image")).Succeeded().Output, StringComparison.Ordinal);
        (await project.RunAsync("preview", "docker", "--expect-no-changes")).Succeeded();
        await Eventually.HoldsAsync("a healthy container", async _ => (await daemon.RunAsync("inspect", "--format", "{{.State.Health.Status}}", Container)).Trim() == "healthy");

        await daemon.RunAsync("stop", Container);
        Assert.Contains("start", (await project.RunAsync("refresh", "docker")).Succeeded().Output, StringComparison.Ordinal);
        (await project.RunAsync("up", "docker")).Succeeded();
        await AnswersAsync(url);
        (await project.RunAsync("preview", "docker", "--expect-no-changes")).Succeeded();

        (await project.RunAsync("destroy", "docker")).Succeeded();
        Assert.Empty(await daemon.RunAsync("ps", "--all", "--quiet"));
    }

    private ProjectCopy Project(DockerDaemon daemon)
    {
        var environment = new Dictionary<string, string?>(Lab.Environment) { ["DOCKER_HOST"] = daemon.Host, ["DOCKER_CONFIG"] = "/nowhere" };
        var project = new ProjectCopy(Lab.Scratch, environment);
        project.CopyImageSources();
        project.Replace("docker", "port: 32001", $"port: {Lab.NodePort}\n    sdkImage: {BaseImages.Sdk}\n    baseImage: {BaseImages.Runtime}");
        return project;
    }

    private static async Task AnswersAsync(string url)
    {
        using var client = new HttpClient();
        await Eventually.HoldsAsync($"an answer at {url}", async cancellationToken =>
        {
            try
            {
                return (await client.GetAsync(new Uri(url), cancellationToken)).StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }
}
