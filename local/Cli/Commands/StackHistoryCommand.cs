using System.CommandLine;
using Scalelab.Cli.Output;
using Scalelab.Engine.Projects;

namespace Scalelab.Cli.Commands;

internal static class StackHistoryCommand
{
    private const int DefaultPageSize = 10;

    public static Command Create(LabEnvironment environment, Option<string?> home)
    {
        var stack = StackCommand.StackArgument(environment);
        var json = new Option<bool>("--json", "-j") { Description = "Print JSON, in the form of 'pulumi stack history --json'" };
        var showSecrets = new Option<bool>("--show-secrets") { Description = "Print secret configuration in clear" };
        var pageSize = Positive("--page-size", DefaultPageSize, "How many updates to print");
        var page = Positive("--page", 1, "Which page of that size, the newest first");
        var command = new Command("history", "Print a stack's last updates: kind, time, result, what changed.") { stack, json, showSecrets, pageSize, page };
        command.Aliases.Add("hist");
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(stack);
            var lab = parsed.Home(home, environment);
            var project = PulumiProject.Load(environment.ProjectFolder);
            _ = StackSettings.Read(project, name);
            var size = parsed.GetValue(pageSize);
            var updates = StackCommand.Store(environment, lab).History(name).Skip((parsed.GetValue(page) - 1) * size).Take(size).ToArray();
            var output = environment.Terminal.Output;
            if (parsed.GetValue(json))
            {
                var config = parsed.GetValue(showSecrets) ? new StackConfig(project, name, lab.Stacks, environment.Variable) : null;
                output.WriteLine(StackText.Json(updates, config is null ? null : config.Reveal));
                return;
            }

            foreach (var line in StackText.Lines(updates))
            {
                output.WriteLine(line);
            }
        });
        return command.WithExamples(("lab stack history pod", "the last ten"), ("lab stack history pod --json", "for scripts"));
    }

    private static Option<int> Positive(string name, int fallback, string description)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "NUMBER", DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var number) || number < 1))
            {
                result.AddError($"{name} must be a number from 1, not '{result.Tokens[0].Value}'.");
            }
        });
        return option;
    }
}
