using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Tests.Lifecycles;

/// <summary>
/// What happened in one namespace of a real cluster, read from <c>../shared/kubernetes/lifecycles</c> beside the repository: actions and
/// what followed from them.
/// </summary>
internal sealed record Lifecycle(string Name, IReadOnlyList<LifecycleLine> Lines)
{
    /// <summary>Skips the test where the recordings are absent.</summary>
    public static Lifecycle Read(string name)
    {
        Assert.SkipWhen(Recordings.FolderPath is null, "needs the recordings in ../shared/kubernetes/lifecycles");
        var path = Path.Combine(Recordings.FolderPath!, "..", "lifecycles", name + ".jsonl");
        return new Lifecycle(name, [.. File.ReadLines(path).Select(line => JsonNode.Parse(line)!.AsObject()).Select(line =>
            new LifecycleLine((double)line["t"]!, (string)line["kind"]!, (string?)line["type"] ?? "", line["object"]!.AsObject()))]);
    }
}

/// <param name="Time">Seconds since the first action.</param>
/// <param name="Kind">A kind of Kubernetes, <c>Action</c> or <c>Note</c>.</param>
/// <param name="Type">ADDED, MODIFIED or DELETED.</param>
internal sealed record LifecycleLine(double Time, string Kind, string Type, JsonObject Object)
{
    public string Name => (string)Object["metadata"]!["name"]!;
}
