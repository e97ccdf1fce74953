using Scalelab.EndToEnd.Fixtures;

namespace Scalelab.EndToEnd;

/// <summary>kubectl against the embedded cluster, as the exercises' pages use it.</summary>
[Collection(nameof(PodStack))]
public sealed class KubectlTests(PodStack stack) : EndToEndTest(stack.Lab)
{
    [Fact]
    public async Task Get_Service_PrintsClusterPortAndNodePort() =>
        Assert.Matches($@"ml-kube-service +NodePort +\S+ +<none> +6000:{Lab.NodePort}/TCP ", (await OnStackAsync("get", "services")).Output);

    [Fact]
    public async Task Get_Deployment_IsReady() =>
        Assert.Matches(@"ml-kube-app +1/1 +1 +1 ", (await OnStackAsync("get", "deployments")).Output);

    [Fact]
    public async Task Get_Nodes_AreThreeAndReady()
    {
        var nodes = (await Lab.KubectlAsync("get", "nodes", "--no-headers")).Succeeded().Output;

        Assert.Equal(3, System.Text.RegularExpressions.Regex.Count(nodes, @"(?m)^node-[0-2] +Ready "));
    }

    [Fact]
    public async Task Describe_Pod_ShowsItsProbesAndEvents()
    {
        var description = (await OnStackAsync("describe", "pods", "--selector", "app=ml-kube-app")).Output;

        Assert.Contains("/readyz", description, StringComparison.Ordinal);
        Assert.Matches(@"Normal +Started ", description);
    }

    [Fact]
    public async Task Logs_Pod_ShowsWhatTheServerWrote() =>
        Assert.NotEmpty((await OnStackAsync("logs", "deployments/ml-kube-app")).Output.Trim());

    [Fact]
    public async Task ApplyScaleDelete_OwnDeployment_IsRolledOut()
    {
        var image = (await Lab.RunAsync("output", stack.Name, "image")).Succeeded().Output.Trim();
        var manifest = $$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: own, labels: { app: own } }
            spec:
              replicas: 2
              selector: { matchLabels: { app: own } }
              template:
                metadata: { labels: { app: own } }
                spec:
                  containers:
                  - name: server
                    image: {{image}}
                    env:
                    - { name: POD_IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
                    readinessProbe: { httpGet: { path: /readyz, port: 5000 }, periodSeconds: 1 }
            """;

        (await Lab.KubectlWithInputAsync(manifest, "apply", "--filename", "-")).Succeeded();
        (await Lab.KubectlAsync("rollout", "status", "deployments/own", "--timeout=50s")).Succeeded();
        (await Lab.KubectlAsync("scale", "deployments/own", "--replicas=3")).Succeeded();
        (await Lab.KubectlAsync("rollout", "status", "deployments/own", "--timeout=50s")).Succeeded();
        Assert.Matches("own +3/3 +3 +3 ", (await Lab.KubectlAsync("get", "deployments")).Succeeded().Output);
        (await Lab.KubectlWithInputAsync(manifest, "delete", "--filename", "-", "--wait")).Succeeded();

        await Eventually.HoldsAsync("the pods to be gone", async _ =>
            (await Lab.KubectlAsync("get", "pods", "--selector", "app=own", "--output", "name")).Succeeded().Output.Length == 0);
    }

    private async Task<CommandResult> OnStackAsync(params string[] arguments) => (await Lab.KubectlAsync(["--namespace", stack.Name, .. arguments])).Succeeded();
}
