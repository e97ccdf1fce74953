using System.Globalization;
using System.Text;

namespace Scalelab.Cluster.Tests.Replay;

/// <summary>
/// The one list of recorded exchanges that this cluster answers otherwise, <c>failing.txt</c>, and the table in the docs that says how many
/// pass. A line is <c>SCENARIO/EXCHANGE WHEN REASON</c>, where WHEN is <c>always</c>, <c>nodes</c> (only in a cluster with a node),
/// <c>bare</c> (only in one without) or <c>sometimes</c> (also passes).
/// </summary>
internal static class Exceptions
{
    public const string TablePath = "docs/cluster/replay.md";
    private const string Unexplained = "?";

    private static readonly Lock Gate = new();
    private static readonly string ListPath = Path.Combine(Root(), "tests", "Cluster.Tests", "Replay", "failing.txt");

    /// <summary>The exchanges of a scenario that may fail, with the reason, and whether they must.</summary>
    public static IReadOnlyDictionary<string, (bool IsSure, string Reason)> Of(string scenario, bool withNode) => Lines()
        .Where(line => line.Scenario == scenario && line.Holds(withNode))
        .ToDictionary(line => line.Exchange, line => (line.When != "sometimes", line.Reason), StringComparer.Ordinal);

    /// <summary>Puts what was seen in the list: what passes goes, what fails comes, to be explained by hand.</summary>
    public static void Accept(string scenario, bool withNode, IReadOnlyCollection<string> failing)
    {
        lock (Gate)
        {
            var lines = new List<ExceptionLine>();
            foreach (var line in Lines())
            {
                var isOver = line.Scenario == scenario && line.When != "sometimes" && line.Holds(withNode) && !failing.Contains(line.Exchange);
                if (!isOver)
                {
                    lines.Add(line);
                }
                else if (line.When == "always")
                {
                    lines.Add(line with { When = withNode ? "bare" : "nodes" });
                }
            }

            foreach (var exchange in failing.Where(exchange => !lines.Exists(line => line.Scenario == scenario && line.Exchange == exchange && line.Holds(withNode))))
            {
                var other = lines.FindIndex(line => line.Scenario == scenario && line.Exchange == exchange);
                if (other >= 0)
                {
                    lines[other] = lines[other] with { When = "always" };
                }
                else
                {
                    lines.Add(new ExceptionLine(scenario, exchange, withNode ? "nodes" : "bare", Unexplained));
                }
            }

            var head = File.ReadLines(ListPath).TakeWhile(line => line.StartsWith('#'));
            File.WriteAllLines(ListPath, [.. head, .. lines.OrderBy(line => line.Scenario, StringComparer.Ordinal).Select(line => line.ToString())]);
        }
    }

    /// <summary>The lines without a reason.</summary>
    public static IEnumerable<string> UnexplainedLines() => Lines().Where(line => line.Reason == Unexplained).Select(line => line.ToString());

    /// <summary>The table as it has to stand in the docs.</summary>
    /// <param name="counts">The number of exchanges of each scenario.</param>
    public static string Table(IReadOnlyDictionary<string, int> counts)
    {
        var table = new StringBuilder("| scenario | exchanges | pass without nodes | pass with a node |\n|---|---:|---:|---:|\n");
        var lines = Lines();
        var (all, bare, full) = (0, 0, 0);
        foreach (var (scenario, count) in counts.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            int Passing(bool withNode) => count - lines.Count(line => line.Scenario == scenario && line.Holds(withNode));
            table.Append(CultureInfo.InvariantCulture, $"| {scenario} | {count} | {Passing(false)} | {Passing(true)} |\n");
            (all, bare, full) = (all + count, bare + Passing(false), full + Passing(true));
        }

        table.Append(CultureInfo.InvariantCulture, $"| **all** | **{all}** | **{bare}** ({100.0 * bare / all:F1} %) | **{full}** ({100.0 * full / all:F1} %) |\n\n");
        table.Append("What does not pass, and why:\n\n| exchange | when | reason |\n|---|---|---|\n");
        foreach (var line in lines)
        {
            var when = line.When switch { "always" => "always", "nodes" => "with a node", "bare" => "without nodes", _ => "sometimes" };
            table.Append(CultureInfo.InvariantCulture, $"| {line.Scenario}/{line.Exchange} | {when} | {line.Reason} |\n");
        }

        return table.ToString();
    }

    /// <summary>The folder of the sources: the list and the table are read and written where they are checked in.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Infra.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No Infra.sln above {AppContext.BaseDirectory}.");
        }

        return folder.FullName;
    }

    private static List<ExceptionLine> Lines()
    {
        lock (Gate)
        {
            return [.. File.ReadLines(ListPath).Where(line => line.Length > 0 && !line.StartsWith('#')).Select(ExceptionLine.Parse)];
        }
    }

    private sealed record ExceptionLine(string Scenario, string Exchange, string When, string Reason)
    {
        public static ExceptionLine Parse(string line)
        {
            var parts = line.Split(' ', 3);
            var place = parts[0].Split('/', 2);
            return new ExceptionLine(place[0], place[1], parts[1], parts[2]);
        }

        public bool Holds(bool withNode) => When is "always" or "sometimes" || When == (withNode ? "nodes" : "bare");

        public override string ToString() => $"{Scenario}/{Exchange} {When} {Reason}";
    }
}
