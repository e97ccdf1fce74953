using System.CommandLine;
using Scalelab.Cli.Output;
using Scalelab.Engine.Projects;
using Scalelab.Engine.State;

namespace Scalelab.Cli.Commands;

/// <summary>Stacks and their states: listed, exported, imported, removed; options have the Pulumi CLI's names.</summary>
internal static class StackCommand
{
    public static Command Create(LabEnvironment environment, Option<string?> home)
    {
        var command = new Command("stack", "List stacks, move their state to and from the Pulumi CLI, look at their past updates, remove them.")
        {
            List(environment, home),
            Export(environment, home),
            Import(environment, home),
            StackHistoryCommand.Create(environment, home),
            Remove(environment, home),
        };
        return command.WithExamples(
            ("lab stack ls", "all of them"),
            ("lab stack export pod | pulumi stack import -s pod", "over to the Pulumi CLI"),
            ("pulumi stack export -s pod | lab stack import pod", "and back"));
    }

    internal static Argument<string> StackArgument(LabEnvironment environment)
    {
        var stack = new Argument<string>("STACK") { Description = "The stack, a file stacks/Pulumi.STACK.yaml" };
        stack.CompletionSources.Add(_ => UpdateCommands.Stacks(environment));
        return stack;
    }

    internal static StackStore Store(LabEnvironment environment, LabHome home) =>
        new(PulumiProject.Load(environment.ProjectFolder), home.Stacks, environment.Variable, environment.Time);

    private static Command List(LabEnvironment environment, Option<string?> home)
    {
        var json = new Option<bool>("--json", "-j") { Description = "Print JSON, in the form of 'pulumi stack ls --json'" };
        var command = new Command("ls", "Print every stack, when it was last updated, and how many resources it has.") { json };
        command.SetAction(parsed =>
        {
            var stacks = Store(environment, parsed.Home(home, environment)).List();
            var output = environment.Terminal.Output;
            if (parsed.GetValue(json))
            {
                output.WriteLine(StackText.Json(stacks));
                return;
            }

            foreach (var line in StackText.Lines(stacks, environment.Time.GetUtcNow()))
            {
                output.WriteLine(line);
            }
        });
        return command.WithExamples(("lab stack ls", "for people"), ("lab stack ls --json", "for scripts"));
    }

    private static Command Export(LabEnvironment environment, Option<string?> home)
    {
        var stack = StackArgument(environment);
        var file = new Option<string?>("--file") { Description = "Where to write it [default: standard output]", HelpName = "FILE" };
        var showSecrets = new Option<bool>("--show-secrets") { Description = "Write secrets in clear" };
        var version = new Option<int?>("--version") { Description = "The state that an earlier update left, by its number in the history", HelpName = "NUMBER" };
        var command = new Command("export", "Write a stack's state in the form of 'pulumi stack export'.") { stack, file, showSecrets, version };
        command.SetAction(parsed =>
        {
            var export = Store(environment, parsed.Home(home, environment)).Export(parsed.GetRequiredValue(stack), parsed.GetValue(showSecrets), parsed.GetValue(version));
            var text = System.Text.Encoding.UTF8.GetString(export.Json.Span);
            if (parsed.GetValue(file) is { } path)
            {
                Write(path, text);
            }
            else
            {
                environment.Terminal.Output.WriteLine(text);
            }

            if (export.NeedsDeskKey)
            {
                environment.Terminal.Error.WriteLine(
                    "Its secrets are encrypted with this desk's key, which the Pulumi CLI has not. For the CLI, set PULUMI_CONFIG_PASSPHRASE and export again: they are then encrypted with that.");
            }
        });
        return command.WithExamples(
            ("lab stack export pod --file pod.json", "a copy"),
            ("lab stack export pod --version 3", "the state after the third update"));
    }

    private static Command Import(LabEnvironment environment, Option<string?> home)
    {
        var stack = StackArgument(environment);
        var file = new Option<string?>("--file") { Description = "What to read [default: standard input]", HelpName = "FILE" };
        var force = new Option<bool>("--force", "-f") { Description = "Take it although it breaks rules; the next update may refuse it" };
        var command = new Command("import", "Put a state that 'stack export' of lab or of the Pulumi CLI wrote in the place of a stack's own.") { stack, file, force };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(stack);
            var lab = parsed.Home(home, environment);
            var text = parsed.GetValue(file) is { } path ? Read(path) : await environment.Input.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            lab.Create();
            var import = await Store(environment, lab).ImportAsync(name, System.Text.Encoding.UTF8.GetBytes(text), parsed.GetValue(force)).ConfigureAwait(false);
            var (output, error) = (environment.Terminal.Output, environment.Terminal.Error);
            output.WriteLine($"Imported {import.Resources} resources into stack '{name}'.");
            if (import.PendingOperations > 0)
            {
                output.WriteLine($"{import.PendingOperations} operations were interrupted; the next update asks what became of them.");
            }

            if (import.Kept is { } kept)
            {
                output.WriteLine($"The state before is kept in {kept}.");
            }

            foreach (var problem in import.Problems)
            {
                error.WriteLine($"warning: {problem}");
            }
        });
        return command.WithExamples(("lab stack import pod --file pod.json", "from a file"));
    }

    private static Command Remove(LabEnvironment environment, Option<string?> home)
    {
        var stack = new Argument<string>("STACK") { Description = "The stack" };
        var force = new Option<bool>("--force", "-f") { Description = "Although it still records resources; they stay, and nobody knows of them" };
        var preserve = new Option<bool>("--preserve-config") { Description = "Keep the stack's file" };
        var command = new Command("rm", "Forget a stack: its state, its history and its file. What it made is not touched; 'lab destroy' does that.") { stack, force, preserve };
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(stack);
            var lab = parsed.Home(home, environment);
            var removed = Store(environment, lab).Remove(name, parsed.GetValue(force), parsed.GetValue(preserve));
            foreach (var path in removed)
            {
                environment.Terminal.Output.WriteLine($"Deleted {path}.");
            }

            environment.Terminal.Output.WriteLine($"Stack '{name}' is removed.");
        });
        return command.WithExamples(("lab stack rm trial", "after 'lab destroy trial'"), ("lab stack rm pod --preserve-config", "its file is wanted again"));
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private static void Write(string path, string text)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                // It may hold secrets in clear.
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var writer = new StreamWriter(path, options);
            writer.WriteLine(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path} cannot be written: {e.Message}", e);
        }
    }
}
