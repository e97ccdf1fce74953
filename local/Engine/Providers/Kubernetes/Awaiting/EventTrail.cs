using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>What the cluster's components report, as Event objects, about the objects of one namespace.</summary>
internal sealed class EventTrail(string ns)
{
    // The two reasons by which every controller of pods tells that it could, and that it could not, create one.
    private const string FailedCreate = "FailedCreate";
    private const string SuccessfulCreate = "SuccessfulCreate";

    private readonly Collection _events = new();

    public WatchSource Source => new($"/api/v1/namespaces/{ns}/events", "", _events.Apply) { IsOptional = true };

    public void Apply(KubeEvent change) => _events.Apply(change);

    /// <summary>The newest message about any of the objects; null when there is none.</summary>
    public string? Latest(params IEnumerable<string?> uids) => Newest(uids, _ => true) is { } newest ? Text(newest) : null;

    /// <summary>The newest warning about any of the objects; null when there is none.</summary>
    public string? LatestWarning(params IEnumerable<string?> uids) => Newest(uids, item => item.Text("type") == "Warning") is { } newest ? Text(newest) : null;

    /// <summary>Why the object's controller cannot create pods; null when it can.</summary>
    public string? CreationFailure(string? uid) =>
        Newest([uid], item => item.Text("reason") is FailedCreate or SuccessfulCreate) is { } newest && newest.Text("reason") == FailedCreate ? Text(newest) : null;

    private JsonObject? Newest(IEnumerable<string?> uids, Func<JsonObject, bool> matches)
    {
        var about = uids.ToHashSet();
        return _events.Items.Where(item => about.Contains(item.Text("involvedObject", "uid")) && matches(item)).MaxBy(When, StringComparer.Ordinal);
    }

    // All are UTC in one notation, so that they compare as texts.
    private static string When(JsonObject item) =>
        item.Text("series", "lastObservedTime") ?? item.Text("lastTimestamp") ?? item.Text("eventTime") ?? item.Text("metadata", "creationTimestamp") ?? "";

    private static string Text(JsonObject item) => $"{item.Text("reason")}: {item.Text("message")?.ReplaceLineEndings(" ").Trim()}";
}
