using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;

namespace Scalelab.Policy.Rules;

internal sealed partial class TerminationOutlastsDrain() : PodRule(
    "termination-outlasts-drain",
    "Termination outlasts the drain",
    "The grace period of a pod is longer than its preStop hooks sleep and its server takes to finish what it has accepted. When it is over, requests are cut off in the middle.")
{
    /// <summary>Says, on the pods, how many seconds the server takes after it was told to stop; wins over the setting.</summary>
    private const string DrainAnnotation = ReasonPrefix + "drain-seconds";

    // Kubernetes' default where a pod names none.
    private const double DefaultGracePeriod = 30;

    private static readonly Setting<int> DrainSeconds = Setting.Integer(
        "drainSeconds",
        $"How long a server takes to finish what it has accepted, in seconds, where the pods' annotation {DrainAnnotation} says nothing else.",
        fallback: 5,
        min: 0,
        max: 3600);

    public override ImmutableArray<Setting> Settings => [DrainSeconds];

    protected override IEnumerable<string> Check(PodTemplate pods, RuleContext context)
    {
        var grace = pods.Spec["terminationGracePeriodSeconds"];
        var period = grace.IsAbsent ? DefaultGracePeriod : grace.Number;
        var drain = Drain(pods) ?? context.Get(DrainSeconds);
        // Hooks of several containers run at the same time.
        var sleep = pods.Running.Select(container => Sleep(container.Value["lifecycle"]["preStop"])).DefaultIfEmpty().Max();
        if (!pods.RunsToCompletion && period <= sleep + drain)
        {
            var given = grace.IsAbsent ? $"not set, hence {period:0}" : $"{period:0}";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{grace.Path} is {given}, which is over when the preStop hook ({sleep:0} s) and the drain ({drain:0} s) are, or before: requests are cut off. Set it above {sleep + drain:0}.");
        }
    }

    private static double? Drain(PodTemplate pods) =>
        double.TryParse(pods.Metadata["annotations"][DrainAnnotation].Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    private static double Sleep(Property hook)
    {
        if (hook["sleep"]["seconds"].Number is { } seconds)
        {
            return seconds;
        }

        // ["sleep", "15"] and ["sh", "-c", "sleep 15"] alike.
        var command = string.Join(' ', hook["exec"]["command"].Items.Select(word => word.Text));
        return SleepCommand().Matches(command).Sum(match => double.Parse(match.ValueSpan["sleep".Length..], NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"\bsleep\s+[0-9]+(\.[0-9]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex SleepCommand();
}
