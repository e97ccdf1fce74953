using System.CommandLine;
using System.Globalization;
using Scalelab.Cli.Daemon;
using Scalelab.Cluster.Controllers.HorizontalPodAutoscalers;

namespace Scalelab.Cli.Commands;

/// <summary>
/// The autoscaler's flags, with kube-controller-manager's names and defaults, and metrics-server's one for how often it measures.
/// </summary>
internal sealed class ControllerFlags
{
    private const string Prefix = "--horizontal-pod-autoscaler-";
    private const string SyncPeriodFlag = Prefix + "sync-period";
    private const string StabilizationFlag = Prefix + "downscale-stabilization";
    private const string ToleranceFlag = Prefix + "tolerance";
    private const string InitializationFlag = Prefix + "cpu-initialization-period";
    private const string ReadinessDelayFlag = Prefix + "initial-readiness-delay";
    private const string ResolutionFlag = "--metric-resolution";

    // Looking more often than this is no look at the cluster any more, but a load on it.
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(100);

    private static readonly ControllerSettings Defaults = new();

    private readonly Option<string> _syncPeriod = Duration(SyncPeriodFlag, Defaults.Autoscaler.SyncPeriod, ShortestPeriod, "How often the autoscaler looks");

    private readonly Option<string> _stabilization = Duration(
        StabilizationFlag, Defaults.Autoscaler.DownscaleStabilization, TimeSpan.Zero, "For how long the highest recommendation counts before replicas are taken away");

    private readonly Option<string> _tolerance = Number(
        ToleranceFlag, Defaults.Autoscaler.Tolerance, "How far usage divided by the target may be from 1 without anything being done");

    private readonly Option<string> _initialization = Duration(
        InitializationFlag, Defaults.Autoscaler.CpuInitializationPeriod, TimeSpan.Zero, "For how long after its start a pod's CPU counts only while it is ready");

    private readonly Option<string> _readinessDelay = Duration(
        ReadinessDelayFlag, Defaults.Autoscaler.InitialReadinessDelay, TimeSpan.Zero, "How soon after its start a pod is unready that was never ready");

    private readonly Option<string> _resolution = Duration(ResolutionFlag, Defaults.MetricResolution, ShortestPeriod, "How often the pods' CPU and memory are measured");

    /// <param name="shown">False leaves them out of the help: they are understood, but seldom wanted.</param>
    public void AddTo(Command command, bool shown)
    {
        foreach (var option in (Option<string>[])[_syncPeriod, _stabilization, _tolerance, _initialization, _readinessDelay, _resolution])
        {
            option.Hidden = !shown;
            command.Add(option);
        }
    }

    public ControllerSettings Read(ParseResult parsed)
    {
        return new ControllerSettings
        {
            Autoscaler = new AutoscalerOptions
            {
                SyncPeriod = Time(_syncPeriod),
                DownscaleStabilization = Time(_stabilization),
                Tolerance = double.Parse(parsed.GetRequiredValue(_tolerance), CultureInfo.InvariantCulture),
                CpuInitializationPeriod = Time(_initialization),
                InitialReadinessDelay = Time(_readinessDelay),
            },
            MetricResolution = Time(_resolution),
        };

        TimeSpan Time(Option<string> option) => GoDuration.TryParse(parsed.GetRequiredValue(option), out var duration) ? duration : TimeSpan.Zero;
    }

    /// <summary>The arguments that give another process the same settings.</summary>
    public static IReadOnlyList<string> Arguments(ControllerSettings settings) =>
    [
        SyncPeriodFlag, GoDuration.Format(settings.Autoscaler.SyncPeriod),
        StabilizationFlag, GoDuration.Format(settings.Autoscaler.DownscaleStabilization),
        ToleranceFlag, settings.Autoscaler.Tolerance.ToString(CultureInfo.InvariantCulture),
        InitializationFlag, GoDuration.Format(settings.Autoscaler.CpuInitializationPeriod),
        ReadinessDelayFlag, GoDuration.Format(settings.Autoscaler.InitialReadinessDelay),
        ResolutionFlag, GoDuration.Format(settings.MetricResolution),
    ];

    private static Option<string> Duration(string name, TimeSpan fallback, TimeSpan minimum, string description) => Text(
        name,
        "DURATION",
        GoDuration.Format(fallback),
        description,
        text => GoDuration.TryParse(text, out var duration) && duration >= minimum,
        $"a duration such as 15s or 5m0s{(minimum > TimeSpan.Zero ? $", at least {GoDuration.Format(minimum)}" : "")}");

    private static Option<string> Number(string name, double fallback, string description) => Text(
        name,
        "NUMBER",
        fallback.ToString(CultureInfo.InvariantCulture),
        description,
        text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _),
        "a number such as 0.1, not below 0");

    private static Option<string> Text(string name, string helpName, string fallback, string description, Func<string, bool> isValid, string rule)
    {
        var option = new Option<string>(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !isValid(result.Tokens[0].Value))
            {
                result.AddError($"{name} must be {rule}, not '{result.Tokens[0].Value}'.");
            }
        });
        return option;
    }
}
