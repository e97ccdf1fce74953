using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Tests.Kubectl;

/// <summary>
/// Takes out of a transcript what cannot be the same twice: names drawn at random, addresses, times, what the machine is, and what the
/// recorder's cluster has of its own.
/// </summary>
internal static partial class Masks
{
    private const string Drawn = "[bcdfghjklmnpqrstvwxz2456789]";

    private static readonly (Regex Pattern, string Replacement)[] Rules =
    [
        // The recorder's own: its build, the ConfigMap that it adds to each namespace, the folders it shortened in diffs.
        (Rule(@"v1\.36\.2\+openshift"), "v1.36.2"),
        (Rule(@"(?m)^.*openshift-service-ca\.crt.*\n( +Optional:.*\n)?"), ""),
        (Rule(@"\S*/(LIVE|MERGED)-\d+/"), "$1-N/"),

        // The recorder's node ran pods of others as well, and its control plane had been started twice.
        (Rule(@"^  (?!demo )[a-z][a-z0-9-]+ +\S+( +\d\S* \(\d+%\)){4} +\w+\n"), ""),
        (Rule(@"(Non-terminated Pods: +)\(\d+ in total\)"), "$1(N in total)"),
        (Rule(@"(^.*RegisteredNode.*\n)(.*RegisteredNode.*\n)+"), "$1"),

        // The one of a node that has run for long is forgotten.
        (Rule(@"^.* Starting +\S+ +kubelet +Starting kubelet\.\n"), ""),

        // Documentation is worded as one likes.
        (Rule(@"(?<=^DESCRIPTION:\n)(    .*\n)+\n*"), "    TEXT\n"),

        // Drawn or counted.
        (Rule($@"-{Drawn}{{6,10}}(?=-{Drawn}{{5}}\b|\b)"), "-HASH"),
        (Rule($@"-HASH-{Drawn}{{5}}\b"), "-HASH-DRAWN"),
        (Rule($@"\b(web|kube-api-access)-{Drawn}{{5}}\b"), "$1-DRAWN"),
        (Rule(@"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UID"),
        (Rule($@"(pod-template-hash=){Drawn}+"), "$1HASH"),
        (Rule(@"\S*(sha256[:=]|\w+://)[0-9a-fA-F]{64}"), "DIGEST"),
        (Rule(@"(resourceVersion""?: ?"")\d+"), "$1N"),
        (Rule(@"eyJ[\w-]+\.[\w-]+\.[\w-]+"), "REDACTED.JWT.TOKEN"),

        // Where things are.
        (Rule(@"https://[\d.]+:\d+"), "SERVER"),
        (Rule(@"\b\d{1,3}(\.\d{1,3}){3}\b"), "ADDRESS"),

        // What the machine is and how containers run on it.
        (Rule(@"\b(\w+://\d\S+\.\d+\S*)"), "RUNTIME"),
        (Rule(@"\S+ \((amd64|arm64)\)"), "KERNEL"),
        (Rule(@"(?<=(Kernel Version|OS Image|Architecture|Machine ID|System UUID|Boot ID): +)\S.*$"), "MACHINE"),
        (Rule(@"(?<=(cpu|ephemeral-storage|memory): +)\d\w*$"), "AMOUNT"),
        (Rule(@"\b\d+(m|Mi)? \(\d+%\)"), "SHARE"),
        (Rule(@"\b\d+m +\d+Mi\b"), "USED"),
        (Rule(@"\b\d+m +\d+% +\d+Mi +\d+%"), "USED"),
        (Rule(@"(cpu: |request\): +)(<unknown>|\d+%( \(\d+m?\))?)(?= ?/)"), "$1USED"),

        // How far a start has come.
        (Rule(@"(?<= 0/1 +)(Pending|ContainerCreating)\b"), "STARTING"),

        // Times.
        (Rule(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000)"), "TIME"),
        (Rule(@"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000"), "TIME"),
        (Rule(@"\b(\d+[dhms])+ \(x\d+ over (\d+[dhms])+\)"), "AGE"),
        (Rule(@"(?<=^| )(\d+[dhms])+(?= |$)"), "AGE"),
    ];

    private static readonly (Regex Pattern, string Replacement)[] RequestRules =
    [
        (Rule(@"hash=[0-9A-F]+"), "hash=HASH"),
        (Rule(@"(resourceVersion|timeoutSeconds)=[1-9]\d*"), "$1=N"),
        (Rule(@"uid%3D[0-9a-f-]+"), "uid%3DUID"),
        (Rule($@"-{Drawn}{{6,10}}-{Drawn}{{5}}(?=[/? %&])"), "-DRAWN"),
    ];

    /// <summary>
    /// Events that a machine which takes longer shows, and one which takes less does not. An autoscaler looks and pods are measured at periods of
    /// their own: its first look comes before anything is measured, before what is measured counts, or after.
    /// </summary>
    private static readonly Regex Slowness = Rule(@"^.* Warning +(Unhealthy|BackOff|FailedGetResourceMetric|FailedComputeMetricsReplicas) .*\n");

    /// <summary>The table of events that is left when none is.</summary>
    private static readonly Regex EmptyEvents = Rule(@"^Events:\n +Type .*\n +----.*\n(?! )");

    /// <summary>Lines that kubectl logs about itself at <c>-v=6</c>.</summary>
    [GeneratedRegex(@"(?m)^[IWEF]\d{4} [\d:.]+ +\d+ .*\n")]
    public static partial Regex LogLine();

    /// <summary>The text with every mask applied, columns a fixed space apart.</summary>
    public static string Apply(string text)
    {
        var steady = EmptyEvents.Replace(Slowness.Replace(text.EndsWith('\n') || text.Length == 0 ? text : text + "\n", ""), "Events:  <none>\n");
        var masked = Rules.Aggregate(steady, (current, rule) => rule.Pattern.Replace(current, rule.Replacement));
        return string.Join('\n', masked.Split('\n').Select(Columns));
    }

    /// <summary>A request without revisions, hashes and drawn names, its field selectors in order (kubectl keeps them in a map).</summary>
    public static string ApplyToRequest(string request)
    {
        var masked = RequestRules.Aggregate(request, (current, rule) => rule.Pattern.Replace(current, rule.Replacement));
        return Rule("(?<=fieldSelector=)[^& ]+").Replace(masked, match => string.Join("%2C", match.Value.Split("%2C").Order(StringComparer.Ordinal)));
    }

    /// <summary>A masked value is as wide as it likes, and so are its column and the line below a heading.</summary>
    private static string Columns(string line)
    {
        var indent = line.Length - line.TrimStart(' ').Length;
        return line[..indent] + Rule(" {2,}").Replace(line[indent..].TrimEnd(), "  ");
    }

    private static Regex Rule(string pattern) => new(pattern, RegexOptions.CultureInvariant | RegexOptions.Multiline, TimeSpan.FromSeconds(5));
}
