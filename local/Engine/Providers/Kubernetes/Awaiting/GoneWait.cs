using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>Waits until an object is gone, and says what keeps it.</summary>
internal sealed class GoneWait : IWait
{
    private string? _uid;
    private bool _isGone;

    public GoneWait(string path)
    {
        Sources = [WatchSource.Of(path, Apply)];
    }

    public IReadOnlyList<WatchSource> Sources { get; }

    public JsonObject Live { get; private set; } = [];

    public void Apply(KubeEvent change)
    {
        if (change.Type == "LISTED")
        {
            _isGone = !change.Object.Items("items").Any();
            return;
        }

        // Another object of the same name is not the one that was deleted.
        _uid ??= change.Object.Text("metadata", "uid");
        _isGone = change.Type == "DELETED" || change.Object.Text("metadata", "uid") != _uid;
        Live = _isGone ? Live : change.Object;
    }

    public Verdict Judge() => _isGone ? Verdict.Ready : Verdict.Waiting($"waiting until it is gone{Remains()}{Finalizers()}");

    // A namespace says what is left in it.
    private string Remains() => string.Concat(Live.Items("status", "conditions")
        .Where(condition => condition.Text("status") == "True" && condition.Text("message") is { Length: > 0 })
        .Select(condition => $"; {condition.Text("message")}"));

    private string Finalizers() =>
        Live.Items("metadata", "finalizers").Select(finalizer => finalizer.ToString()).ToArray() is { Length: > 0 } names
            ? $" (finalizers: {string.Join(", ", names)}; what set them has to take them away)"
            : "";
}
