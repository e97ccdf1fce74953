using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Scalelab.Cli.Output;
using Scalelab.Engine;
using Scalelab.Engine.Events;

namespace Scalelab.Cli.Tests.Output;

/// <summary>Previews as people read them.</summary>
public sealed class PreviewTextTests : IDisposable
{
    private static readonly Urn Stack = Urn.Create("pod", "scalelab", null, Urn.StackType, "scalelab-pod");
    private static readonly Urn Provider = Urn.Create("pod", "scalelab", null, "pulumi:providers:kubernetes", "cluster");
    private static readonly Urn Model = Urn.Create("pod", "scalelab", null, "scalelab:serving:ModelDeployment", "model");
    private static readonly Urn Deployment = Urn.Create("pod", "scalelab", Model, "kubernetes:apps/v1:Deployment", "model");
    private static readonly Urn Service = Urn.Create("pod", "scalelab", Model, "kubernetes:core/v1:Service", "model");
    private static readonly Urn Namespace = Urn.Create("pod", "scalelab", null, "kubernetes:core/v1:Namespace", "old");

    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Preview_OfEveryKindOfChange_IsATreeWithValuesReasonsAndOutputs()
    {
        var digest = $"127.0.0.1:5000/a-registry-path-that-is-rather-long/ml-app@sha256:{new string('a', 64)}";
        using var renderer = Render();
        Report(renderer, StepKind.Same, Stack, parent: null);
        Report(renderer, StepKind.Same, Provider, Stack);
        Report(renderer, StepKind.Same, Model, Stack);
        Report(renderer, StepKind.DeleteReplaced, Service, Model);
        Report(
            renderer,
            StepKind.Replace,
            Service,
            Model,
            Update("spec.ports[0].port", 80, 81),
            Update("spec.clusterIP", "10.0.0.1", "None") with { ForcesReplacement = true });
        Report(
            renderer,
            StepKind.Update,
            Deployment,
            Model,
            Update("spec.replicas", 1, 5),
            Update("spec.template.spec.containers[0].image", digest, $"{digest[..^64]}{new string('b', 64)}"),
            Update("spec.template.spec.containers[0].resources.limits.cpu", "1", "500m"),
            new PropertyChange("spec.template.metadata.annotations", PropertyChangeKind.Add, null, JsonNode.Parse("""{"a.b/c":"x+y","list":[1,{"d":true}]}"""), ForcesReplacement: false),
            new PropertyChange("spec.paused", PropertyChangeKind.Delete, true, null, ForcesReplacement: false));
        Report(renderer, StepKind.Delete, Namespace, parent: null);
        renderer.Finish(new UpdateResult(
            UpdateKind.Preview,
            Succeeded: true,
            new Dictionary<StepKind, int> { [StepKind.Update] = 1, [StepKind.Replace] = 1, [StepKind.Delete] = 1, [StepKind.Same] = 3 },
            Outputs(("image", "b"), ("url", "u"), ("token", "new")),
            TimeSpan.FromSeconds(1))
        {
            PreviousOutputs = Outputs(("image", "a"), ("url", "u"), ("token", "old"), ("gone", "x")),
        });

        AssertOutput("""
            Previewing pod
                 pulumi:pulumi:Stack scalelab-pod
               - ├─ kubernetes:core/v1:Namespace old        delete
                 └─ scalelab:serving:ModelDeployment model
               ~    ├─ kubernetes:apps/v1:Deployment model  update
                    │     ~ spec.replicas: 1 => 5
                    │     ~ spec.template.spec.containers[0].image: …h-that-is-rather-long/ml-app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa… => …h-that-is-rather-long/ml-app@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
                    │     ~ spec.template.spec.containers[0].resources.limits.cpu: "1" => "500m"
                    │     + spec.template.metadata.annotations["a.b/c"]: "x+y"
                    │     + spec.template.metadata.annotations.list[0]: 1
                    │     + spec.template.metadata.annotations.list[1].d: true
                    │     - spec.paused: true
              +-    └─ kubernetes:core/v1:Service model     replace, the old one goes first
                          ~ spec.clusterIP: "10.0.0.1" => "None" (forces replacement)
                          ~ spec.ports[0].port: 80 => 81

            Outputs
              - gone   x
              ~ image  a => b
              ~ token  [secret] => [secret]
                url    u

            Resources: ~ 1 to update, +- 1 to replace, - 1 to delete, 3 unchanged
            Duration: 1.0s

            """);
    }

    [Fact]
    public void Preview_WithoutChanges_HasNoTree()
    {
        using var renderer = Render();
        Report(renderer, StepKind.Same, Stack, parent: null);
        Report(renderer, StepKind.Same, Deployment, Stack);
        renderer.Finish(Result((StepKind.Same, 2)));

        AssertOutput("""
            Previewing pod

            Resources: no changes, 2 unchanged
            Duration: 1.0s

            """);
    }

    [Fact]
    public void Preview_OfManyChanges_ShowsTheReasonOfAReplacementFirstAndCountsTheRest()
    {
        using var renderer = Render();
        Report(
            renderer,
            StepKind.Replace,
            Service,
            parent: null,
            [.. Enumerable.Range(0, 20).Select(i => Update($"data.k{i:00}", 1, 2)), Update("metadata.name", "a", "b") with { ForcesReplacement = true }]);
        renderer.Finish(Result((StepKind.Replace, 1)));

        var lines = _output.ToString().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal("        ~ metadata.name: \"a\" => \"b\" (forces replacement)", lines[2]);
        Assert.Equal("        and 9 more", lines[14]);
    }

    [Fact]
    public void Preview_OfAResourceThatWasGone_SaysWhatIsDoneAboutIt()
    {
        using var renderer = Render();
        Report(renderer, StepKind.Forget, Service, parent: null);
        Report(renderer, StepKind.Create, Service, parent: null);
        renderer.Finish(Result((StepKind.Create, 1)));

        Assert.Contains("   + kubernetes:core/v1:Service model  create", _output.ToString(), StringComparison.Ordinal);
    }

    private static PropertyChange Update(string path, JsonNode old, JsonNode @new) => new(path, PropertyChangeKind.Update, old, @new, ForcesReplacement: false);

    private static Dictionary<string, StackOutput> Outputs(params (string Name, string Value)[] outputs) =>
        outputs.ToDictionary(output => output.Name, output => new StackOutput(output.Value, IsSecret: output.Name == "token"));

    private static UpdateResult Result(params (StepKind Kind, int Count)[] counts) =>
        new(UpdateKind.Preview, Succeeded: true, counts.ToDictionary(count => count.Kind, count => count.Count), new Dictionary<string, StackOutput>(), TimeSpan.FromSeconds(1));

    private static void Report(UpdateRenderer renderer, StepKind kind, Urn urn, Urn? parent, params PropertyChange[] changes) =>
        renderer.Report(new StepSucceeded(new Step(kind, urn, parent, Id: null, changes), TimeSpan.Zero));

    private UpdateRenderer Render() =>
        new(new Terminal(_output, TextWriter.Null, Width: 80, IsInteractive: false, HasColor: false, HasErrorColor: false), new FakeTimeProvider(), UpdateKind.Preview, "pod");

    private void AssertOutput(string expected) => Assert.Equal(expected.ReplaceLineEndings("\n"), _output.ToString().ReplaceLineEndings("\n"));
}
