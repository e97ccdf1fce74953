using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Scalelab.Cli.Output;
using Scalelab.Engine;
using Scalelab.Engine.Events;

namespace Scalelab.Cli.Tests.Output;

public sealed class UpdateRendererTests : IDisposable
{
    private static readonly Urn Namespace = Urn.Create("pod", "scalelab", null, "kubernetes:core/v1:Namespace", "ml");
    private static readonly Urn Deployment = Urn.Create("pod", "scalelab", null, "kubernetes:apps/v1:Deployment", "model");
    private static readonly Urn Service = Urn.Create("pod", "scalelab", null, "kubernetes:core/v1:Service", "model");

    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Up_WithEveryKindOfStep_PrintsALineForEachChangeAndASummary()
    {
        using var renderer = Render(UpdateKind.Up);
        Succeed(renderer, StepKind.Same, Namespace, 0);
        Succeed(renderer, StepKind.Create, Service, 0.34);
        Succeed(
            renderer,
            StepKind.Update,
            Deployment,
            12.06,
            new PropertyChange("spec.replicas", PropertyChangeKind.Update, 1, 5, ForcesReplacement: false),
            new PropertyChange("metadata.name", PropertyChangeKind.Update, "a", "b", ForcesReplacement: true),
            new PropertyChange("spec.paused", PropertyChangeKind.Add, null, true, ForcesReplacement: false),
            new PropertyChange("metadata.labels.app", PropertyChangeKind.Delete, "model", null, ForcesReplacement: false));
        Succeed(renderer, StepKind.Replace, Service, 1);
        Succeed(renderer, StepKind.Delete, Namespace, 0.01);
        renderer.Finish(Result(
            UpdateKind.Up,
            true,
            [(StepKind.Create, 1), (StepKind.Update, 1), (StepKind.Replace, 1), (StepKind.Delete, 1), (StepKind.Same, 2)],
            ("url", new StackOutput("http://127.0.0.1:32000/", IsSecret: false)),
            ("token", new StackOutput("abc", IsSecret: true)),
            ("ports", new StackOutput(new JsonArray(1, 2), IsSecret: false))));

        AssertOutput("""
            Updating pod
               + created   kubernetes:core/v1:Service model (0.3s)
               ~ updated   kubernetes:apps/v1:Deployment model (12.1s)
                     ~ metadata.name: "a" => "b" (forces replacement)
                     ~ spec.replicas: 1 => 5
                     + spec.paused: true
                     - metadata.labels.app: "model"
              +- replaced  kubernetes:core/v1:Service model (1.0s)
               - deleted   kubernetes:core/v1:Namespace ml

            Outputs
              ports  [1,2]
              token  [secret]
              url    http://127.0.0.1:32000/

            Resources: + 1 created, ~ 1 updated, +- 1 replaced, - 1 deleted, 2 unchanged
            Duration: 1m 5s

            """);
    }

    [Fact]
    public void Up_WithoutChanges_SaysSo()
    {
        using var renderer = Render(UpdateKind.Up);
        Succeed(renderer, StepKind.Same, Namespace, 0);
        renderer.Finish(Result(UpdateKind.Up, true, [(StepKind.Same, 6)]));

        AssertOutput("""
            Updating pod

            Resources: no changes, 6 unchanged
            Duration: 1m 5s

            """);
    }

    [Fact]
    public void Preview_OfANewStack_SaysWhatWouldBeDone()
    {
        using var renderer = Render(UpdateKind.Preview);
        Succeed(renderer, StepKind.Create, Deployment, 0.5);
        renderer.Finish(Result(UpdateKind.Preview, true, [(StepKind.Create, 1)], ("url", new StackOutput(null, IsSecret: false, IsKnown: false))));

        AssertOutput("""
            Previewing pod
               + kubernetes:apps/v1:Deployment model  create

            Outputs
              + url  [unknown]

            Resources: + 1 to create
            Duration: 1m 5s

            """);
    }

    [Fact]
    public void Up_WithAFailedStep_TellsTheReasonOnStderr()
    {
        using var renderer = Render(UpdateKind.Up);
        renderer.Report(new StepStarted(Step(StepKind.Create, Deployment)));
        renderer.Report(new Diagnostic(DiagnosticSeverity.Error, "0 of 1 replicas ready\npod model-x: CrashLoopBackOff", Deployment));
        renderer.Report(new StepFailed(Step(StepKind.Create, Deployment), TimeSpan.FromSeconds(3), "0 of 1 replicas ready"));
        renderer.Finish(Result(UpdateKind.Up, false, []));

        AssertOutput("""
            Updating pod
               x failed    kubernetes:apps/v1:Deployment model (3.0s)

            Resources: nothing done
            Duration: 1m 5s
            Failed: the error is above.

            """);
        Assert.Equal("     error: kubernetes:apps/v1:Deployment model: 0 of 1 replicas ready\n       pod model-x: CrashLoopBackOff\n", _error.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Up_WithDebugMessages_PrintsThemOnlyWhenVerbose()
    {
        using var quiet = Render(UpdateKind.Up);
        quiet.Report(new Diagnostic(DiagnosticSeverity.Debug, "hidden"));
        using var verbose = new UpdateRenderer(Terminal(isInteractive: false), _time, UpdateKind.Up, "pod", isVerbose: true);
        verbose.Report(new Diagnostic(DiagnosticSeverity.Debug, "shown"));
        verbose.Report(new Diagnostic(DiagnosticSeverity.Warning, "careful"));

        AssertOutput("""
            Updating pod
            Updating pod
                 debug: shown
                 warning: careful

            """);
    }

    [Fact]
    public void Waiting_WithoutATerminal_PrintsEachReasonOnce()
    {
        using var renderer = Render(UpdateKind.Up);
        renderer.Report(new StepStarted(Step(StepKind.Create, Deployment)));
        renderer.Report(new Progress(Deployment, "0 of 1 replicas ready"));
        _time.Advance(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));
        renderer.Report(new Progress(Deployment, "pulling the image"));
        renderer.Report(new Progress(Deployment, "starting"));
        _time.Advance(TimeSpan.FromSeconds(5));
        Succeed(renderer, StepKind.Create, Deployment, 15);

        AssertOutput("""
            Updating pod
              .. creating  kubernetes:apps/v1:Deployment model (5.0s): 0 of 1 replicas ready
              .. creating  kubernetes:apps/v1:Deployment model (15.0s): starting
               + created   kubernetes:apps/v1:Deployment model (15.0s)

            """);
    }

    [Fact]
    public void Waiting_OnATerminal_RedrawsItsLinesInPlace()
    {
        using var renderer = new UpdateRenderer(Terminal(isInteractive: true, width: 60), _time, UpdateKind.Up, "pod");
        renderer.Report(new StepStarted(Step(StepKind.Create, Service)));
        renderer.Report(new StepStarted(Step(StepKind.Create, Deployment)));
        Succeed(renderer, StepKind.Create, Service, 0);
        renderer.Report(new Progress(Deployment, "a reason that is too long for this line"));

        AssertOutput("""
            Updating pod
              .. creating  kubernetes:core/v1:Service model (0.0s)
            ^[1A^[J  .. creating  kubernetes:core/v1:Service model (0.0s)
              .. creating  kubernetes:apps/v1:Deployment model (0.0s)
            ^[2A^[J   + created   kubernetes:core/v1:Service model
              .. creating  kubernetes:apps/v1:Deployment model (0.0s)
            ^[1A^[J  .. creating  kubernetes:apps/v1:Deployment model (0.0s):…

            """);
    }

    [Fact]
    public void Lines_WithColor_PaintSymbolAndVerbOnly()
    {
        using var renderer = new UpdateRenderer(Terminal(isInteractive: false) with { HasColor = true }, _time, UpdateKind.Destroy, "pod");
        Succeed(renderer, StepKind.Delete, Service, 0);

        AssertOutput("""
            ^[1mDestroying pod^[0m
            ^[31m   - deleted  ^[0m kubernetes:core/v1:Service model

            """);
    }

    private static Step Step(StepKind kind, Urn urn, params PropertyChange[] changes) => new(kind, urn, Parent: null, Id: null, changes);

    private static void Succeed(UpdateRenderer renderer, StepKind kind, Urn urn, double seconds, params PropertyChange[] changes)
    {
        renderer.Report(new StepSucceeded(Step(kind, urn, changes), TimeSpan.FromSeconds(seconds)));
    }

    private static UpdateResult Result(UpdateKind kind, bool succeeded, (StepKind Kind, int Count)[] counts, params (string Name, StackOutput Value)[] outputs) =>
        new(kind, succeeded, counts.ToDictionary(c => c.Kind, c => c.Count), outputs.ToDictionary(o => o.Name, o => o.Value), TimeSpan.FromSeconds(65));

    private UpdateRenderer Render(UpdateKind kind) => new(Terminal(isInteractive: false), _time, kind, "pod");

    private Terminal Terminal(bool isInteractive, int width = 80) => new(_output, _error, width, isInteractive, HasColor: false, HasErrorColor: false);

    // Escapes are written as ^ so that the expected text can be read.
    private void AssertOutput(string expected) =>
        Assert.Equal(expected.ReplaceLineEndings("\n"), _output.ToString().ReplaceLineEndings("\n").Replace("\e", "^", StringComparison.Ordinal));
}
