using Pulumi;

namespace Scalelab.Infra.Tests.Settings;

public sealed class StackSettingsTests : IDisposable
{
    private const string Deployment = "scalelab:deployment";
    private const string Service = "scalelab:service";
    private const string NodePortRule = "it must be a whole number from 30000 to 32767, the range that Kubernetes sets aside for node ports.";
    private const string ReplicasRule = "it must be a whole number from 1 to 100.";
    private const string QuantityRule = "it must be a Kubernetes quantity above zero, such as 200m, 1 or 512Mi.";

    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("scalelab:loadBalancer", "yes", "scalelab:loadBalancer is \"yes\": it must be true or false.")]
    [InlineData("scalelab:imageBuilder", "podman", "scalelab:imageBuilder is \"podman\": it must be one of docker, dotnet.")]
    [InlineData("scalelab:nodeAddress", "http://node-0", "scalelab:nodeAddress is \"http://node-0\": it must be a host name or an IP address")]
    [InlineData("scalelab:nodeAddress", "node-0:80", "scalelab:nodeAddress is \"node-0:80\": it must be a host name or an IP address")]
    [InlineData("scalelab:registry", "http://node-0:5000", "scalelab:registry is \"http://node-0:5000\": it must be a registry as image names spell it")]
    [InlineData("scalelab:baseImage", "Not An Image", "scalelab:baseImage is \"Not An Image\": it must be an image's name")]
    [InlineData("scalelab:kubeconfig", "nowhere", "scalelab:kubeconfig is \"nowhere\": it must be an existing file (relative paths start at ")]
    [InlineData("scalelab:model", "app", "scalelab:model is \"app\": it must be a folder with model.onnx and model.json in it")]
    [InlineData(Deployment, "5", "scalelab:deployment is \"5\": it must be a map of keys and values.")]
    [InlineData(Deployment, "[]", "scalelab:deployment is \"[]\": it must be a map of keys and values.")]
    public async Task Load_BadValue_NamesFileKeyValueAndRule(string key, string value, string error)
    {
        var settings = Deploy.Settings(_project);
        settings[key] = value;

        Assert.Contains($"\nstacks/Pulumi.pod.yaml: {error}", await RefusalAsync(settings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"NodePort","port":6000,"nodePort":8000}""", "nodePort is \"8000\": " + NodePortRule)]
    [InlineData("""{"type":"NodePort","port":6000,"nodePort":"thirty"}""", "nodePort is \"thirty\": " + NodePortRule)]
    [InlineData("""{"type":"NodePort","port":6000,"nodePort":null}""", "nodePort is missing: add it; " + NodePortRule)]
    [InlineData("""{"type":"NodePort","port":0,"nodePort":32000}""", "port is \"0\": it must be a whole number from 1 to 65535.")]
    [InlineData("""{"type":"nodeport","port":1,"nodePort":32000}""", "type is \"nodeport\": it must be one of NodePort, LoadBalancer.")]
    [InlineData("""{"type":"NodePort","port":1,"nodePort":32000,"path":"hello"}""", "path is \"hello\": it must be a path that begins with /, such as /hello.")]
    [InlineData("""{"type":"NodePort","port":1,"nodeport":32000}""", "nodeport is not a key that the program knows: write nodePort instead, or remove it.")]
    public async Task Load_BadService_NamesFileKeyValueAndRule(string value, string error)
    {
        var settings = Deploy.Settings(_project);
        settings[Service] = value;

        Assert.Contains($"\nstacks/Pulumi.pod.yaml: scalelab:service.{error}", await RefusalAsync(settings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"replicas\":\"five\"", "replicas is \"five\": " + ReplicasRule)]
    [InlineData("\"replicas\":0", "replicas is \"0\": " + ReplicasRule)]
    [InlineData("\"replicas\":1.5", "replicas is \"1.5\": " + ReplicasRule)]
    [InlineData("\"replicas\":1,\"requests\":{\"cpu\":\"-1\",\"memory\":\"1Mi\"}", "requests.cpu is \"-1\": " + QuantityRule)]
    [InlineData("\"replicas\":1,\"requests\":{\"cpu\":\"1 core\",\"memory\":\"1Mi\"}", "requests.cpu is \"1 core\": " + QuantityRule)]
    [InlineData("\"replicas\":1,\"requests\":{\"cpu\":\"2\",\"memory\":\"1Mi\"}", "limits.cpu is \"1\": it must be at least what requests.cpu asks for, 2.")]
    [InlineData("\"replicas\":1,\"requests\":{\"cpu\":\"1\",\"memory\":\"1Gi\"}", "limits.memory is \"512Mi\": it must be at least what requests.memory asks for, 1Gi.")]
    public async Task Load_BadDeployment_NamesFileKeyValueAndRule(string start, string error)
    {
        var settings = Deploy.Settings(_project);
        var requests = start.Contains("requests", StringComparison.Ordinal) ? "" : """, "requests":{"cpu":"200m","memory":"256Mi"}""";
        settings[Deployment] = "{" + start + requests + """, "limits":{"cpu":1,"memory":"512Mi"}}""";

        Assert.Contains($"\nstacks/Pulumi.pod.yaml: scalelab:deployment.{error}", await RefusalAsync(settings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"minReplicas":0,"maxReplicas":5,"cpuUtilization":50}""", "minReplicas is \"0\": " + ReplicasRule)]
    [InlineData("""{"minReplicas":1,"maxReplicas":"many","cpuUtilization":50}""", "maxReplicas is \"many\": " + ReplicasRule)]
    [InlineData("""{"minReplicas":3,"maxReplicas":2,"cpuUtilization":50}""", "maxReplicas is \"2\": it must be at least minReplicas, 3.")]
    [InlineData("""{"minReplicas":1,"maxReplicas":5,"cpuUtilization":0}""", "cpuUtilization is \"0\": it must be a whole number from 1 to 1000, percent of the CPU request.")]
    [InlineData("""{"minReplicas":1,"maxReplicas":5}""", "cpuUtilization is missing: add it; it must be a whole number from 1 to 1000, percent of the CPU request.")]
    [InlineData("""{"minReplicas":1,"maxReplicas":5,"cpuUtilisation":50}""", "cpuUtilisation is not a key that the program knows: write cpuUtilization instead, or remove it.")]
    public async Task Load_BadAutoscaler_NamesFileKeyValueAndRule(string value, string error)
    {
        var settings = Deploy.Autoscaled(_project);
        settings["scalelab:autoscaler"] = value;

        Assert.Contains($"\nstacks/Pulumi.pod.yaml: scalelab:autoscaler.{error}", await RefusalAsync(settings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_ReplicasBesideAnAutoscaler_AreRefused()
    {
        var settings = Deploy.Settings(_project);
        settings["scalelab:autoscaler"] = """{"minReplicas":1,"maxReplicas":5,"cpuUtilization":50}""";

        Assert.Contains(
            "scalelab:deployment.replicas is \"5\": it must be left out, because scalelab:autoscaler decides how many there are.", await RefusalAsync(settings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scalelab:kubeconfig")]
    [InlineData("scalelab:registry")]
    [InlineData(Deployment)]
    [InlineData(Service)]
    public async Task Load_MissingKey_SaysWhatToAdd(string key)
    {
        var settings = Deploy.Settings(_project);
        settings.Remove(key);

        Assert.Contains($"\nstacks/Pulumi.pod.yaml: {key} is missing: add it; it must be ", await RefusalAsync(settings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_MistypedKey_NamesTheOneThatWasMeant()
    {
        var settings = Deploy.Settings(_project);
        settings["scalelab:baseImgae"] = "node-0:5000/base";

        Assert.Contains(
            "\nstacks/Pulumi.pod.yaml: scalelab:baseImgae is not a key that the program knows: write baseImage instead, or remove it.",
            await RefusalAsync(settings),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_UnknownKey_ListsTheKnownOnes()
    {
        var settings = Deploy.Settings(_project);
        settings[Service] = """{"type":"NodePort","port":1,"nodePort":32000,"colour":"red"}""";

        Assert.Contains("scalelab:service.colour is not a key that the program knows: remove it, or write one of nodePort, path, port, type.", await RefusalAsync(settings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_KeyOfAnotherNamespace_IsNoneOfTheProgramsBusiness()
    {
        var settings = Deploy.Settings(_project);
        settings["kubernetes:suppressDeprecationWarnings"] = "true";

        Assert.NotNull((await Deploy.RunAsync(_project, settings)).Stack);
    }

    [Fact]
    public async Task Load_SeveralMistakes_AreReportedTogether()
    {
        var settings = Deploy.Settings(_project);
        settings.Remove("scalelab:kubeconfig");
        settings["scalelab:loadBalancer"] = "maybe";
        settings[Deployment] = "{}";

        var refusal = await RefusalAsync(settings);

        Assert.StartsWith("The stack's configuration has 5 mistakes.\n", refusal, StringComparison.Ordinal);
        foreach (var key in new[] { "kubeconfig", "loadBalancer", "deployment.replicas", "deployment.requests", "deployment.limits" })
        {
            Assert.Contains($"scalelab:{key} is ", refusal, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Pod")]
    [InlineData("my.stack")]
    [InlineData("-pod")]
    public async Task Load_StackNameThatIsNoNamespace_IsRefused(string stack) =>
        Assert.Contains($"the stack's name is \"{stack}\"", await RefusalAsync(Deploy.Settings(_project), stack), StringComparison.Ordinal);

    [Fact]
    public async Task Load_RelativeKubeconfig_StartsAtTheProjectsRoot()
    {
        var settings = Deploy.Settings(_project);
        settings["scalelab:kubeconfig"] = "kubeconfig";

        var deploy = await Deploy.RunAsync(_project, settings);

        Assert.Equal(Path.Combine(_project.Root, "kubeconfig"), deploy.Single("pulumi:providers:kubernetes").Inputs.At("kubeconfig"));
    }

    private async Task<string> RefusalAsync(Dictionary<string, string> settings, string stack = "pod") =>
        (await Assert.ThrowsAsync<RunException>(() => Deploy.RunAsync(_project, settings, stack, isPreview: true))).Message;
}
