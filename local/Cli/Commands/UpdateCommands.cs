using System.CommandLine;
using Scalelab.Cli.Daemon;
using Scalelab.Cli.Output;
using Scalelab.Engine;
using Scalelab.Engine.Events;
using Scalelab.Engine.Projects;

namespace Scalelab.Cli.Commands;

/// <summary>up, preview, destroy and refresh: make sure that registry and cluster run, then let the engine work on the stack.</summary>
internal static class UpdateCommands
{
    public static Command Up(LabEnvironment environment, Option<string?> home) =>
        Create(environment, home, UpdateKind.Up, "up", "Make what runs what the stack declares: build the image, deploy, wait until it is ready, print the outputs.")
            .WithExamples(("lab up pod", "the first exercise"), ("lab up lb", "five replicas behind a load balancer"));

    public static Command Preview(LabEnvironment environment, Option<string?> home) =>
        Create(environment, home, UpdateKind.Preview, "preview", "Show what 'up' would do, and change nothing.")
            .WithExamples(("lab preview lb", "before 'lab up lb'"), ("lab preview pod --expect-no-changes", "in a script: is what runs what is declared?"));

    public static Command Destroy(LabEnvironment environment, Option<string?> home) =>
        Create(environment, home, UpdateKind.Destroy, "destroy", "Delete everything that the stack has made, dependents first. It asks nothing.")
            .WithExamples(("lab destroy pod", "and nothing of it is left"));

    public static Command Refresh(LabEnvironment environment, Option<string?> home) =>
        Create(environment, home, UpdateKind.Refresh, "refresh", "Show what changed on the cluster behind the program's back, and take it into the state. Changes nothing else.")
            .WithExamples(("lab refresh pod", "then 'lab up pod' puts right what it shows"), ("lab refresh pod --preview-only", "only look"));

    private static Command Create(LabEnvironment environment, Option<string?> home, UpdateKind kind, string name, string description)
    {
        var flags = new DaemonFlags();
        var stack = new Argument<string>("STACK") { Description = "The stack, a file stacks/Pulumi.STACK.yaml" };
        stack.CompletionSources.Add(_ => Stacks(environment));
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Print debug messages too" };
        var expectNoChanges = new Option<bool>("--expect-no-changes") { Description = "End with exit code 3 when there would be changes" };
        var command = new Command(name, description) { stack, verbose };
        if (kind == UpdateKind.Preview)
        {
            command.Add(expectNoChanges);
        }

        var targets = new TargetFlags();
        targets.AddTo(command, runsProgram: kind is not (UpdateKind.Destroy or UpdateKind.Refresh));
        var looking = new RefreshFlags();
        looking.AddTo(command, kind);
        var policies = new PolicyFlags();
        if (kind is UpdateKind.Preview or UpdateKind.Up)
        {
            policies.AddTo(command);
        }

        flags.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var result = await RunAsync(
                environment, parsed.Home(home, environment), kind, parsed.GetRequiredValue(stack), flags.Read(parsed), parsed.GetValue(verbose), options => Adjust(parsed, options), looking.Form(parsed, kind), cancellationToken).ConfigureAwait(false);
            return result switch
            {
                { Succeeded: false } when cancellationToken.IsCancellationRequested => throw new OperationCanceledException(cancellationToken),
                { Succeeded: false } => ExitCode.Failed,
                { HasChanges: true } when kind == UpdateKind.Preview && parsed.GetValue(expectNoChanges) => ExitCode.Changes,
                _ => ExitCode.Success,
            };
        });
        return command;

        UpdateOptions Adjust(ParseResult parsed, UpdateOptions options)
        {
            var adjusted = looking.Apply(parsed, targets.Apply(parsed, options));
            return kind is UpdateKind.Preview or UpdateKind.Up ? policies.Apply(parsed, adjusted) : adjusted;
        }
    }

    private static async Task<UpdateResult> RunAsync(
        LabEnvironment environment, LabHome home, UpdateKind kind, string stack, DaemonOptions daemon, bool isVerbose, Func<UpdateOptions, UpdateOptions> adjust, OutputForm form, CancellationToken cancellationToken)
    {
        var project = PulumiProject.Load(environment.ProjectFolder);
        // A slip in the stack's name or file is told before anything is started.
        _ = StackSettings.Load(project, stack, EmbeddedTarget.Placeholder(home));
        // What is read by machines must be alone on its stream.
        var terminal = form == OutputForm.Text ? environment.Terminal : environment.Terminal with { Output = environment.Terminal.Error, IsInteractive = false, HasColor = false };
        var (record, _) = await new DaemonLauncher(home, terminal, environment.Time).EnsureAsync(daemon, cancellationToken).ConfigureAwait(false);
        var options = adjust(new UpdateOptions
        {
            Project = project,
            Stack = stack,
            StateFolder = home.Stacks,
            ConfigOverrides = EmbeddedTarget.Config(record.Registry!, home),
            Prerequisite = DaemonProbe.CheckAsync(record, home, cancellationToken),
        });
        var engine = new StackEngine(environment.Time);
        var result = await ShowAsync(environment, kind, stack, isVerbose, form, sink => kind switch
        {
            UpdateKind.Preview => engine.PreviewAsync(options, sink, cancellationToken),
            UpdateKind.Up => engine.UpAsync(options, sink, cancellationToken),
            UpdateKind.Refresh => engine.RefreshAsync(options, sink, cancellationToken),
            _ => engine.DestroyAsync(options, sink, cancellationToken),
        }, cancellationToken).ConfigureAwait(false);
        if (kind == UpdateKind.Up && result.Succeeded)
        {
            await ServicePorts.CheckAsync(home, environment.Time, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    private static async Task<UpdateResult> ShowAsync(
        LabEnvironment environment, UpdateKind kind, string stack, bool isVerbose, OutputForm form, Func<IProgress<EngineEvent>, Task<UpdateResult>> run, CancellationToken cancellationToken)
    {
        switch (form)
        {
            case OutputForm.Json:
                var digest = new PreviewDigest(environment.Terminal);
                var told = await run(digest).ConfigureAwait(false);
                digest.Finish(told);
                return told;
            case OutputForm.JsonLines:
                return await run(new EventLines(environment.Terminal, environment.Time)).ConfigureAwait(false);
            case OutputForm.Markdown:
                var report = new MarkdownReport(environment.Terminal, stack);
                var reported = await run(report).ConfigureAwait(false);
                report.Finish(reported);
                return reported;
            default:
                using (var renderer = new UpdateRenderer(environment.Terminal, environment.Time, kind, stack, isVerbose))
                {
                    var result = await run(renderer).ConfigureAwait(false);
                    renderer.Finish(result, cancellationToken.IsCancellationRequested);
                    return result;
                }
        }
    }

    internal static IEnumerable<string> Stacks(LabEnvironment environment)
    {
        try
        {
            return PulumiProject.Load(environment.ProjectFolder).Stacks;
        }
        catch (EngineException)
        {
            // Completion has no place for an error; the command itself tells it.
            return [];
        }
    }
}
