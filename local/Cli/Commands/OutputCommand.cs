using System.CommandLine;
using Scalelab.Cli.Output;
using Scalelab.Engine.Projects;
using Scalelab.Engine.State;

namespace Scalelab.Cli.Commands;

internal static class OutputCommand
{
    public static Command Create(LabEnvironment environment, Option<string?> home)
    {
        var stack = new Argument<string>("STACK") { Description = "The stack, a file stacks/Pulumi.STACK.yaml" };
        var name = new Argument<string?>("NAME") { Description = "One output; all of them without it", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json", "-j") { Description = "Print JSON" };
        var showSecrets = new Option<bool>("--show-secrets") { Description = "Print secret values in clear" };
        var command = new Command("output", "Print what a deployed stack puts out, for people or, one by one, for scripts.") { stack, name, json, showSecrets };
        command.SetAction(parsed =>
        {
            var wanted = parsed.GetRequiredValue(stack);
            var secrets = parsed.GetValue(showSecrets);
            var outputs = Read(parsed.Home(home, environment), environment, wanted, secrets);
            if (parsed.GetValue(name) is { } one)
            {
                if (!outputs.TryGetValue(one, out var output))
                {
                    throw new CliException($"Stack '{wanted}' has no output '{one}'. It has: {string.Join(", ", outputs.Keys.Order(StringComparer.Ordinal).DefaultIfEmpty("none"))}.");
                }

                environment.Terminal.Output.WriteLine(OutputText.Value(output, secrets));
            }
            else if (parsed.GetValue(json))
            {
                environment.Terminal.Output.WriteLine(OutputText.Json(outputs, secrets));
            }
            else
            {
                foreach (var line in OutputText.Lines(outputs, secrets))
                {
                    environment.Terminal.Output.WriteLine(line);
                }
            }

            return ExitCode.Success;
        });
        return command.WithExamples(
            ("lab output pod", "all outputs"),
            ("curl $(lab output pod url)/hello", "one value, in a script"));
    }

    private static IReadOnlyDictionary<string, Engine.StackOutput> Read(LabHome lab, LabEnvironment environment, string stack, bool withSecrets)
    {
        // Names the known stacks when this one is a slip of the keyboard.
        _ = StackSettings.Load(PulumiProject.Load(environment.ProjectFolder), stack, EmbeddedTarget.Placeholder(lab));
        var state = StackState.Read(lab.Stacks, stack, withSecrets, environment.Variable) ?? throw new CliException($"Stack '{stack}' is not deployed. Run 'lab up {stack}' first.");
        return state.Outputs;
    }
}
