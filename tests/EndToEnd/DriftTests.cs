using System.Text.Json.Nodes;
using k8s;
using Scalelab.EndToEnd.Fixtures;

namespace Scalelab.EndToEnd;

/// <summary>What happens behind the program's back, and how it is seen and put right.</summary>
[Collection(nameof(PodStack))]
public sealed class DriftTests(PodStack stack) : EndToEndTest(stack.Lab)
{
    private const string Service = "kubernetes:core/v1:Service";

    // Nobody listens there: the cluster that it names is gone.
    private const string GoneKubeconfig =
        """
        apiVersion: v1
        kind: Config
        current-context: gone
        contexts: [{ name: gone, context: { cluster: gone, user: gone } }]
        clusters: [{ name: gone, cluster: { server: "https://127.0.0.1:1" } }]
        users: [{ name: gone, user: { token: none } }]
        """;

    [Fact]
    public async Task Preview_OfWhatIsDeployed_SaysInEveryFormThatNothingChanges()
    {
        var text = (await Lab.RunAsync("preview", stack.Name, "--expect-no-changes")).Succeeded();
        var markdown = (await Lab.RunAsync("preview", stack.Name, "--markdown")).Succeeded();
        var json = JsonNode.Parse((await Lab.RunAsync("preview", stack.Name, "--json")).Succeeded().Output)!;

        Assert.Contains("Resources: no changes", text.Output, StringComparison.Ordinal);
        Assert.StartsWith($"### Preview of <code>{stack.Name}</code>: no changes", markdown.Output, StringComparison.Ordinal);
        Assert.Equal(["same"], json["changeSummary"]!.AsObject().Select(count => count.Key));
        Assert.Equal("1", (string)JsonNode.Parse((string)json["config"]!["scalelab:deployment"]!)!["replicas"]!.ToJsonString());
    }

    [Fact]
    public async Task Refresh_AfterAServiceWasDeletedByHand_ShowsItAndTheNextUpMakesItAnew()
    {
        using (var cluster = Lab.Connect())
        {
            await cluster.CoreV1.DeleteNamespacedServiceAsync("ml-kube-service", stack.Name, cancellationToken: TestContext.Current.CancellationToken);
        }

        var look = (await Lab.RunAsync("refresh", stack.Name, "--preview-only")).Succeeded();
        Assert.Contains($"- removed   {Service}", look.Output, StringComparison.Ordinal);
        (await Lab.RunAsync("refresh", stack.Name)).Succeeded();

        var preview = JsonNode.Parse((await Lab.RunAsync("preview", stack.Name, "--json")).Succeeded().Output)!;
        var step = Assert.Single(preview["steps"]!.AsArray(), step => (string)step!["op"]! != "same")!;
        Assert.Equal("create", (string)step["op"]!);
        Assert.Contains(Service, (string)step["urn"]!, StringComparison.Ordinal);
        Assert.Contains("1 to create", (await Lab.RunAsync("preview", stack.Name, "--markdown")).Succeeded().Output, StringComparison.Ordinal);

        var events = (await Lab.RunAsync("up", stack.Name, "--json")).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(item => (int)item["sequence"]!));
        Assert.NotNull(events[0]["preludeEvent"]);
        Assert.Equal(1, (int)events[^2]["summaryEvent"]!["resourceChanges"]!["create"]!);
        using var client = new HttpClient();
        await Eventually.HoldsAsync("an answer through the new Service", async cancellationToken => (await client.GetAsync(new Uri(stack.Url, "healthz"), cancellationToken)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Destroy_OfAClusterThatIsGone_NeedsTheWordThatItIs()
    {
        var kubeconfig = Path.Combine(Lab.Scratch, "gone");
        await File.WriteAllTextAsync(kubeconfig, GoneKubeconfig, TestContext.Current.CancellationToken);
        var state = Path.Combine(Lab.Scratch, "gone.json");
        await File.WriteAllTextAsync(state, StateIn(kubeconfig), TestContext.Current.CancellationToken);
        (await Lab.RunAsync("stack", "import", "hello", "--file", state)).Succeeded();

        var refusal = (await Lab.RunAsync("destroy", "hello")).Refused();
        Assert.True(refusal.Error.Contains("--delete-unreachable", StringComparison.Ordinal), refusal.ToString());

        (await Lab.RunAsync("destroy", "hello", "--delete-unreachable")).Succeeded();
        Assert.DoesNotContain("hello", Directory.EnumerateFiles(Path.Combine(Lab.Home, "stacks"), "*.json").Select(Path.GetFileNameWithoutExtension));
    }

    [Fact]
    public async Task Preview_ThatBreaksAMandatoryPolicy_FailsAndSaysWhatInstead()
    {
        var config = Path.Combine(Lab.Scratch, "policies.json");
        await File.WriteAllTextAsync(config, """{ "all": "disabled", "node-ports-in-range": { "enforcementLevel": "mandatory", "highest": 30000 } }""", TestContext.Current.CancellationToken);
        string[] packs = ["--policy-pack", Path.Combine(Repository.Root, "policy"), "--policy-pack-config", config];

        var refusal = (await Lab.RunAsync(["preview", stack.Name, .. packs])).Refused();
        Assert.Contains($"spec.ports[0].nodePort is {Lab.NodePort}", refusal.Error, StringComparison.Ordinal);
        Assert.Contains("Policies: 1 mandatory violation", refusal.Output, StringComparison.Ordinal);
        Assert.Contains(": failed, 1 mandatory violation", (await Lab.RunAsync(["preview", stack.Name, "--markdown", .. packs])).Refused().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_OfEveryExercise_BreaksNoPolicy()
    {
        // The exercise docker has no Kubernetes objects, and its preview wants a Docker engine.
        var stacks = Directory.EnumerateFiles(Path.Combine(Repository.Root, "stacks")).Select(file => Path.GetFileName(file).Split('.')[1]);
        foreach (var exercise in stacks.Where(exercise => exercise != "docker"))
        {
            var preview = (await Lab.RunAsync("preview", exercise, "--policy-pack", Path.Combine(Repository.Root, "policy"))).Succeeded();
            Assert.DoesNotContain("Policies:", preview.Output, StringComparison.Ordinal);
        }
    }

    private static string StateIn(string kubeconfig)
    {
        const string Urn = "urn:pulumi:hello::scalelab::";
        const string Provider = $"{Urn}pulumi:providers:kubernetes::gone";
        var connection = new JsonObject { ["kubeconfig"] = kubeconfig };
        var left = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = "left", ["namespace"] = "default" } };
        return new JsonObject
        {
            ["version"] = 3,
            ["deployment"] = new JsonObject
            {
                ["manifest"] = new JsonObject { ["time"] = "2026-01-01T00:00:00Z", ["magic"] = "", ["version"] = "" },
                ["resources"] = new JsonArray(
                    new JsonObject { ["urn"] = $"{Urn}pulumi:pulumi:Stack::scalelab-hello", ["custom"] = false, ["type"] = "pulumi:pulumi:Stack" },
                    new JsonObject { ["urn"] = Provider, ["custom"] = true, ["id"] = "1", ["type"] = "pulumi:providers:kubernetes", ["inputs"] = connection, ["outputs"] = connection.DeepClone() },
                    new JsonObject
                    {
                        ["urn"] = $"{Urn}kubernetes:core/v1:ConfigMap::left",
                        ["custom"] = true,
                        ["id"] = "default/left",
                        ["type"] = "kubernetes:core/v1:ConfigMap",
                        ["inputs"] = left,
                        ["outputs"] = left.DeepClone(),
                        ["provider"] = $"{Provider}::1",
                    }),
            },
        }.ToJsonString();
    }
}
