using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace Scalelab.Infra.Tests;

/// <summary>
/// Every stack of the repository, as the program declares it from its own file and the project's defaults. What changes here changes in
/// every cluster: run the tests with ACCEPT=1 to take over what is intended.
/// </summary>
public sealed class StacksTests : IDisposable
{
    private static readonly string Repository = FindRepository();

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TestProject _project = new();

    public static TheoryData<string> Stacks => [.. Directory.EnumerateFiles(Path.Combine(Repository, "stacks"), "Pulumi.*.yaml")
        .Select(file => Path.GetFileName(file)["Pulumi.".Length..^".yaml".Length])
        .Order(StringComparer.Ordinal)];

    public void Dispose() => _project.Dispose();

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Stack_OnTheTestbed_DeclaresTheAcceptedObjects(string stack)
    {
        var settings = Config("Pulumi.yaml").Concat(Config($"stacks/Pulumi.{stack}.yaml")).ToDictionary(pair => pair.Key, pair => pair.Value);
        settings["scalelab:kubeconfig"] = "kubeconfig";
        settings["scalelab:loadBalancer"] = "true";

        var deploy = await Deploy.RunAsync(_project, settings, stack);

        var objects = deploy.Mocks.Resources
            .Where(resource => resource.Type?.StartsWith("kubernetes:", StringComparison.Ordinal) == true || resource.Type == "docker:index/container:Container")
            .OrderBy(resource => resource.Type, StringComparer.Ordinal)
            .ToDictionary(resource => $"{resource.Type} {resource.Name}", resource => Sorted(resource.Inputs));
        AssertAccepted($"{stack}.json", JsonSerializer.Serialize(objects, Indented) + "\n");
    }

    private static void AssertAccepted(string name, string actual)
    {
        var file = Path.Combine(Repository, "tests/Infra.Tests/Golden", name);
        if (Environment.GetEnvironmentVariable("ACCEPT") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"{file} does not exist yet: run the tests with ACCEPT=1.");
        Assert.Equal(File.ReadAllText(file), actual);
    }

    /// <summary>The configuration in a file as the engine hands it to a program: scalars as text, the rest as JSON.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Config(string path)
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(Path.Combine(Repository, path));
        yaml.Load(reader);
        var config = (YamlMappingNode)((YamlMappingNode)yaml.Documents[0].RootNode)["config"];
        return config.Select(pair => KeyValuePair.Create(
            ((YamlScalarNode)pair.Key).Value!,
            pair.Value is YamlScalarNode { Value: { } text } ? text : JsonSerializer.Serialize(Plain(pair.Value))));
    }

    private static object? Plain(YamlNode node) => node switch
    {
        YamlMappingNode map => map.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => Plain(pair.Value)),
        YamlSequenceNode list => list.Select(Plain).ToList(),
        _ => ((YamlScalarNode)node).Value,
    };

    private static object Sorted(object value) => value switch
    {
        System.Collections.Immutable.ImmutableDictionary<string, object> map =>
            new SortedDictionary<string, object>(map.ToDictionary(pair => pair.Key, pair => Sorted(pair.Value)), StringComparer.Ordinal),
        System.Collections.Immutable.ImmutableArray<object> list => list.Select(Sorted).ToList(),
        _ => value,
    };

    private static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Pulumi.yaml")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository: no Pulumi.yaml above them.");
        }

        return folder;
    }
}
