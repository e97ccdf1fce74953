using System.CommandLine;
using Scalelab.Engine;

namespace Scalelab.Cli.Commands;

/// <summary>The options that confine an update to a part of the stack, with the names that they have in the Pulumi CLI.</summary>
internal sealed class TargetFlags
{
    private readonly Option<string[]> _targets = Urns("--target", "Deal with this resource only; may be repeated. '*' stands for any text without a colon, '**' for any text", "-t");
    private readonly Option<bool> _targetDependents = new("--target-dependents") { Description = "Deal with what depends on a target too" };
    private readonly Option<string[]> _excludes = Urns("--exclude", "Leave this resource as it is; may be repeated");
    private readonly Option<bool> _excludeDependents = new("--exclude-dependents") { Description = "Leave what depends on an excluded resource as it is too" };
    private readonly Option<string[]> _replaces = Urns("--replace", "Replace this resource, changed or not; may be repeated");
    private readonly Option<string[]> _targetReplaces = Urns("--target-replace", "Both --target and --replace");
    private readonly Option<bool> _continueOnError = new("--continue-on-error") { Description = "After a failure, go on with what does not depend on what failed" };

    /// <param name="command">Gets the options.</param>
    /// <param name="runsProgram">Whether it may replace resources; a destroy cannot.</param>
    public void AddTo(Command command, bool runsProgram)
    {
        command.Add(_targets);
        command.Add(_targetDependents);
        command.Add(_excludes);
        command.Add(_excludeDependents);
        if (runsProgram)
        {
            command.Add(_replaces);
            command.Add(_targetReplaces);
        }

        command.Add(_continueOnError);
    }

    public UpdateOptions Apply(ParseResult parsed, UpdateOptions options) => options with
    {
        Targets = [.. Values(parsed, _targets), .. Values(parsed, _targetReplaces)],
        TargetDependents = parsed.GetValue(_targetDependents),
        Excludes = Values(parsed, _excludes),
        ExcludeDependents = parsed.GetValue(_excludeDependents),
        Replaces = [.. Values(parsed, _replaces), .. Values(parsed, _targetReplaces)],
        ContinueOnError = parsed.GetValue(_continueOnError),
    };

    private static string[] Values(ParseResult parsed, Option<string[]> option) => parsed.GetValue(option) ?? [];

    private static Option<string[]> Urns(string name, string description, params string[] aliases) => new(name, aliases) { Description = description, HelpName = "URN" };
}
