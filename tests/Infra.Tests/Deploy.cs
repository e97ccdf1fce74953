using System.Collections.Immutable;
using System.Text.Json;
using Pulumi;
using Pulumi.Testing;

namespace Scalelab.Infra.Tests;

/// <summary>Runs the program as an update or a preview of one stack, against <see cref="RecordingMocks"/>.</summary>
internal sealed record Deploy(ExerciseStack Stack, ImmutableArray<Resource> Resources, RecordingMocks Mocks)
{
    public static Dictionary<string, string> Settings(TestProject project) => new()
    {
        ["scalelab:kubeconfig"] = Path.Combine(project.Root, "kubeconfig"),
        ["scalelab:nodeAddress"] = "192.0.2.7",
        ["scalelab:registry"] = "node-0:5000",
        ["scalelab:imageBuilder"] = "dotnet",
        ["scalelab:loadBalancer"] = "true",
        ["scalelab:deleteUnreachable"] = "true",
        ["scalelab:model"] = "app/ModelServer/Models/food11-demo",
        ["scalelab:deployment"] = """{"replicas":5,"requests":{"cpu":"200m","memory":"256Mi"},"limits":{"cpu":1,"memory":"512Mi"}}""",
        ["scalelab:service"] = """{"type":"NodePort","port":6000,"nodePort":32000}""",
    };

    /// <summary>The same, with an autoscaler in the place of the number of replicas.</summary>
    public static Dictionary<string, string> Autoscaled(TestProject project)
    {
        var settings = Settings(project);
        settings["scalelab:deployment"] = """{"requests":{"cpu":"200m","memory":"256Mi"},"limits":{"cpu":1,"memory":"512Mi"}}""";
        settings["scalelab:autoscaler"] = """{"minReplicas":1,"maxReplicas":5,"cpuUtilization":50}""";
        return settings;
    }

    /// <summary>The exercise without a cluster.</summary>
    public static Dictionary<string, string> Container(TestProject project)
    {
        var settings = Settings(project);
        settings.Remove("scalelab:deployment");
        settings.Remove("scalelab:service");
        settings["scalelab:container"] = """{"port":32001}""";
        return settings;
    }

    public static async Task<Deploy> RunAsync(TestProject project, IReadOnlyDictionary<string, string> settings, string stack = "pod", bool isPreview = false)
    {
        var mocks = new RecordingMocks(isPreview);
        var resources = await WithConfigAsync(settings, () => Deployment.TestAsync<ExerciseStack>(mocks, Options(project, stack, isPreview)));
        return new Deploy(resources.OfType<ExerciseStack>().Single(), resources, mocks);
    }

    /// <summary>Runs a program of its own, for a component by itself.</summary>
    public static Task<ImmutableArray<Resource>> RunAsync(TestProject project, IMocks mocks, Action declare) =>
        Deployment.TestAsync(mocks, Options(project, "pod", isPreview: false), declare);

    public MockResourceArgs Single(string type) => Mocks.Resources.Single(resource => resource.Type == type);

    private static TestOptions Options(TestProject project, string stack, bool isPreview) =>
        new() { ProjectName = "scalelab", StackName = stack, RootDirectory = project.Root, IsPreview = isPreview };

    private static async Task<T> WithConfigAsync<T>(IReadOnlyDictionary<string, string> settings, Func<Task<T>> run)
    {
        Environment.SetEnvironmentVariable("PULUMI_CONFIG", JsonSerializer.Serialize(settings));
        try
        {
            return await run();
        }
        finally
        {
            Environment.SetEnvironmentVariable("PULUMI_CONFIG", null);
        }
    }
}
