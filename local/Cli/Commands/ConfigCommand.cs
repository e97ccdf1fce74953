using System.CommandLine;
using Scalelab.Cli.Output;
using Scalelab.Engine.Projects;

namespace Scalelab.Cli.Commands;

/// <summary>A stack's configuration: read, and changed in its file; options have the Pulumi CLI's names.</summary>
internal static class ConfigCommand
{
    private const string PathDescription = "KEY goes on into a structured value: deployment.requests.cpu, list[0], map[\"a.b\"]";

    public static Command Create(LabEnvironment environment, Option<string?> home)
    {
        var command = new Command("config", "Print and change a stack's configuration. Changes keep the rest of its file as it is, comments included.")
        {
            List(environment, home),
            Get(environment, home),
            Set(environment, home),
            Remove(environment, home),
        };
        return command.WithExamples(
            ("lab config ls pod", "what holds for the stack"),
            ("lab config set pod greeting hello", "one value"),
            ("lab config set pod token --secret", "encrypted; asks for the value, or reads it from standard input"));
    }

    private static Command List(LabEnvironment environment, Option<string?> home)
    {
        var stack = StackCommand.StackArgument(environment);
        var showSecrets = new Option<bool>("--show-secrets") { Description = "Print secret values in clear" };
        var json = new Option<bool>("--json", "-j") { Description = "Print JSON, in the form of 'pulumi config --json'" };
        var command = new Command("ls", "Print all values, the project's defaults included.") { stack, showSecrets, json };
        command.SetAction(parsed =>
        {
            var project = PulumiProject.Load(environment.ProjectFolder);
            var config = Open(parsed, environment, home, project, parsed.GetRequiredValue(stack)).List(parsed.GetValue(showSecrets));
            if (parsed.GetValue(json))
            {
                environment.Terminal.Output.WriteLine(StackText.Json(config));
                return;
            }

            foreach (var line in StackText.Lines(config, project.Name))
            {
                environment.Terminal.Output.WriteLine(line);
            }
        });
        return command.WithExamples(("lab config ls pod", "for people"), ("lab config ls pod --json", "for scripts"));
    }

    private static Command Get(LabEnvironment environment, Option<string?> home)
    {
        var stack = StackCommand.StackArgument(environment);
        var key = Key();
        var path = new Option<bool>("--path") { Description = PathDescription };
        var json = new Option<bool>("--json", "-j") { Description = "Print JSON, in the form of 'pulumi config get --json'" };
        var command = new Command("get", "Print one value. A secret is printed in clear.") { stack, key, path, json };
        command.SetAction(parsed =>
        {
            var project = PulumiProject.Load(environment.ProjectFolder);
            var entry = Open(parsed, environment, home, project, parsed.GetRequiredValue(stack)).Get(parsed.GetRequiredValue(key), parsed.GetValue(path));
            environment.Terminal.Output.WriteLine(parsed.GetValue(json) ? StackText.Json(entry) : entry.Value);
        });
        return command.WithExamples(("lab config get pod model", "bare, for scripts"), ("lab config get pod deployment.replicas --path", "within a structured value"));
    }

    private static Command Set(LabEnvironment environment, Option<string?> home)
    {
        var stack = StackCommand.StackArgument(environment);
        var key = Key();
        var value = new Argument<string?>("VALUE") { Description = "The value; asked for, or read from standard input, when it is left out", Arity = ArgumentArity.ZeroOrOne };
        var secret = new Option<bool>("--secret") { Description = "Encrypt the value" };
        var plaintext = new Option<bool>("--plaintext") { Description = "Do not encrypt the value (the default)" };
        var path = new Option<bool>("--path") { Description = PathDescription };
        var command = new Command("set", "Set one value in the stack's file.") { stack, key, value, secret, plaintext, path };
        command.Validators.Add(result =>
        {
            if (result.GetValue(secret) && result.GetValue(plaintext))
            {
                result.AddError("--secret and --plaintext cannot be given together.");
            }
        });
        command.SetAction(parsed =>
        {
            var project = PulumiProject.Load(environment.ProjectFolder);
            var config = Open(parsed, environment, home, project, parsed.GetRequiredValue(stack));
            var isSecret = parsed.GetValue(secret);
            var text = parsed.GetValue(value) ?? ValueInput.Read(environment, isSecret);
            config.Set(parsed.GetRequiredValue(key), parsed.GetValue(path), text, isSecret);
        });
        return command.WithExamples(
            ("lab config set pod greeting hello", "one value"),
            ("lab config set pod token --secret < token.txt", "the value never stands on a command line"),
            ("lab config set pod deployment.replicas 3 --path", "within a structured value"));
    }

    private static Command Remove(LabEnvironment environment, Option<string?> home)
    {
        var stack = StackCommand.StackArgument(environment);
        var key = Key();
        var path = new Option<bool>("--path") { Description = PathDescription };
        var command = new Command("rm", "Remove one value from the stack's file.") { stack, key, path };
        command.SetAction(parsed =>
        {
            var project = PulumiProject.Load(environment.ProjectFolder);
            Open(parsed, environment, home, project, parsed.GetRequiredValue(stack)).Remove(parsed.GetRequiredValue(key), parsed.GetValue(path));
        });
        return command.WithExamples(("lab config rm pod greeting", "the project's default holds again, if there is one"));
    }

    private static Argument<string> Key() => new("KEY") { Description = "The key, with a namespace (aws:region) or without one: the project's" };

    private static StackConfig Open(ParseResult parsed, LabEnvironment environment, Option<string?> home, PulumiProject project, string stack) =>
        new(project, stack, parsed.Home(home, environment).Stacks, environment.Variable);
}
