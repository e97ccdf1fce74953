using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>The object that is waited for, as its watch tells.</summary>
internal sealed class Subject(string path, JsonObject applied)
{
    private readonly long _generation = applied.Integer(0, "metadata", "generation");

    public JsonObject Live { get; private set; } = applied;

    public bool IsDeleted { get; private set; }

    public string? Uid { get; } = applied.Text("metadata", "uid");

    public string Namespace { get; } = applied.Text("metadata", "namespace") ?? "default";

    public WatchSource Source => WatchSource.Of(path, Apply);

    /// <summary>Whether the controller has seen the last change. Kinds that do not say count as observed.</summary>
    public bool IsObserved => Live.Integer(long.MaxValue, "status", "observedGeneration") >= Live.Integer(0, "metadata", "generation");

    public void Apply(KubeEvent change)
    {
        switch (change.Type)
        {
            case "LISTED":
                IsDeleted |= !change.Object.Items("items").Any();
                break;
            case "DELETED":
                IsDeleted = true;
                break;
            // A cache may still show the object as it was before it was applied.
            case var _ when change.Object.Integer(0, "metadata", "generation") >= _generation:
                (Live, IsDeleted) = (change.Object, false);
                break;
        }
    }
}
