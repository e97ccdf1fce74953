using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>The waiting for one object: which watches tell of it, and how it stands by what they have told so far.</summary>
internal interface IWait
{
    /// <summary>Where nobody says how long.</summary>
    TimeSpan DefaultLimit => TimeSpan.FromMinutes(10);

    IReadOnlyList<WatchSource> Sources { get; }

    /// <summary>The object as it was seen last.</summary>
    JsonObject Live { get; }

    /// <summary>Asked once before anything is watched, and then after every event.</summary>
    Verdict Judge();
}

/// <summary>A collection that is watched.</summary>
/// <param name="Path">The collection's path.</param>
/// <param name="Selector"><c>fieldSelector=…</c> or <c>labelSelector=…</c>, escaped; empty for all.</param>
/// <param name="Apply">Takes each event, one at a time.</param>
internal sealed record WatchSource(string Path, string Selector, Action<KubeEvent> Apply)
{
    /// <summary>It only enriches: where it may not be read or is not served, it counts as empty.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The one object at a path.</summary>
    public static WatchSource Of(string path, Action<KubeEvent> apply)
    {
        var slash = path.LastIndexOf('/');
        return new WatchSource(path[..slash], $"fieldSelector={Uri.EscapeDataString($"metadata.name={path[(slash + 1)..]}")}", apply);
    }

    public static WatchSource Labelled(string path, string labels, Action<KubeEvent> apply) =>
        new(path, $"labelSelector={Uri.EscapeDataString(labels)}", apply);
}
