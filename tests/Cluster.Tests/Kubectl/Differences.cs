namespace Scalelab.Cluster.Tests.Kubectl;

/// <summary>The list of what differs from the recordings, <c>differences.txt</c>.</summary>
internal static class Differences
{
    private static readonly Lazy<IReadOnlyDictionary<string, (bool IsCluster, string Reason)>> List = new(() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Kubectl", "differences.txt"))
            .Where(line => !line.StartsWith('#') && line.Length > 0)
            .Select(line => line.Split(' ', 3))
            .ToDictionary(parts => parts[1], parts => (parts[0] == "cluster", parts[2])));

    /// <summary>Whose difference a command's is and the reason; null where none is known.</summary>
    public static (bool IsCluster, string Reason)? Of(string id) => List.Value.TryGetValue(id, out var found) ? found : null;
}
