using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Scalelab.Cli.Logging;
using Scalelab.Cli.Output;
using Scalelab.Engine;

namespace Scalelab.Cli.Commands;

/// <summary>The command line as a whole: parses it, runs the command, and turns what goes wrong into one message and an exit code.</summary>
internal static class LabCommandLine
{
    private const string Epilogue = """
        Exit codes:
          0    done
          1    failed; the reason is on stderr, the full trace in lab.log
          2    the command line is wrong
          3    preview --expect-no-changes found changes
          130  interrupted; what was done is recorded
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> args, LabEnvironment environment, CancellationToken cancellationToken)
    {
        var terminal = environment.Terminal;
        var home = HomeOption();
        var parsed = Create(environment, home).Parse(args);
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            // Interruption does this, without a deadline: the engine records what it has done first.
            ProcessTerminationTimeout = null,
        };
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var mistake in parsed.Errors)
            {
                terminal.Error.WriteLine($"{terminal.PaintError(TextStyle.Red, "error:")} {mistake.Message}");
            }

            terminal.Error.WriteLine($"Run '{CommandPath(parsed.CommandResult)} --help' to see what it takes.");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.Error.WriteLine("Interrupted. What was done is recorded; run the command again to go on.");
            return ExitCode.Cancelled;
        }
        catch (Exception e)
        {
            return Fail(e, environment, parsed.Home(home, environment));
        }
    }

    private static Option<string?> HomeOption() => new("--home")
    {
        Description = "The folder for all state: registry, cluster, stacks [default: $SCALELAB_HOME, or .lab in the repository]",
        HelpName = "FOLDER",
        Recursive = true,
    };

    private static RootCommand Create(LabEnvironment environment, Option<string?> home)
    {
        var root = new RootCommand("Runs the exercises on this machine: an embedded engine, registry and Kubernetes cluster behind the protocols of the real ones.")
        {
            home,
            UpdateCommands.Up(environment, home),
            UpdateCommands.Preview(environment, home),
            UpdateCommands.Destroy(environment, home),
            UpdateCommands.Refresh(environment, home),
            OutputCommand.Create(environment, home),
            StackCommand.Create(environment, home),
            ConfigCommand.Create(environment, home),
            ModelCommand.Create(environment),
            StartCommand.Create(environment, home),
            StopCommand.Create(environment, home),
            StatusCommand.Create(environment, home),
            KubeconfigCommand.Create(environment, home),
            TestCommand.Create(),
            DaemonCommand.Create(environment, home),
        };
        root.HelpName = "lab";
        root.WithExamples(
            ("lab up pod", "put the model server on the cluster"),
            ("curl -F file=@photo.jpg $(lab output pod url)/predict", "ask it"),
            ("kubectl --kubeconfig $(lab kubeconfig) get pods", "look at it"),
            ("lab destroy pod", "take it away"));
        HelpText.AddEpilogue(root, Epilogue);
        return root;
    }

    private static string CommandPath(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{CommandPath(parent)} {command.Command.Name}" : "lab";

    private static int Fail(Exception e, LabEnvironment environment, LabHome home)
    {
        var terminal = environment.Terminal;
        terminal.Output.Flush();
        terminal.Error.WriteLine($"{terminal.PaintError(TextStyle.Red, "error:")} {e.Message}");
        if (Directory.Exists(home.Folder))
        {
            using var file = new RollingFile(home.CommandLog);
            file.WriteLine($"{environment.Time.GetUtcNow():O} {e}");
            if (e is not (CliException or EngineException))
            {
                terminal.Error.WriteLine($"This was not expected; the trace is in {home.CommandLog}.");
            }
        }

        return ExitCode.Failed;
    }
}
