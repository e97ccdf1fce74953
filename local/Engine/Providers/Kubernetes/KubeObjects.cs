using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>Finds the objects of one cluster by what programs declare, and applies them.</summary>
internal sealed class KubeObjects(KubeCluster cluster, KubernetesConfig config)
{
    /// <summary>Where the object is that the inputs describe, and its id.</summary>
    /// <exception cref="ProviderException">The cluster does not know its kind, or it has no name.</exception>
    public async Task<(string Path, string Id)> LocateAsync(Urn urn, PropertyMap inputs, CancellationToken cancellationToken)
    {
        var (apiVersion, kind) = Declared.KindOf(urn, inputs);
        var resource = await cluster.FindKindAsync(apiVersion, kind, cancellationToken)
            ?? throw new ProviderException($"The cluster does not know the kind {kind} of {apiVersion}. Install what defines it first, or correct 'apiVersion' and 'kind'.");
        var name = Declared.Metadata(inputs, "name") ?? throw new ProviderException($"'{urn.Name}' has no metadata.name.");
        // A kind that was unknown when the inputs were checked got no namespace then.
        var id = resource.Namespaced ? $"{Declared.Metadata(inputs, "namespace") ?? config.Namespace}/{name}" : name;
        return (PathOf(apiVersion, resource, id), id);
    }

    /// <summary>Where the object of an id is: a name, or <c>namespace/name</c>.</summary>
    public string PathOf(string apiVersion, ApiResource resource, string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        var (home, name) = slash < 0 ? (config.Namespace, id) : (id[..slash], id[(slash + 1)..]);
        return $"{CollectionOf(apiVersion, resource, home)}/{name}";
    }

    /// <summary>Where objects of a kind are created.</summary>
    public static string CollectionOf(string apiVersion, ApiResource resource, string home) => resource.Namespaced
        ? $"{ApiResources.GroupPath(apiVersion)}/namespaces/{home}/{resource.Plural}"
        : $"{ApiResources.GroupPath(apiVersion)}/{resource.Plural}";

    public Task<JsonObject> ApplyAsync(string path, JsonObject body, string manager, bool isDryRun, CancellationToken cancellationToken) =>
        ApplyAsync(path, body, manager, isDryRun, isForced: false, cancellationToken);

    /// <summary>Applies to an object that exists, once the fields of <see cref="FormerManagers"/> are the manager's.</summary>
    public async Task<JsonObject> UpdateAsync(Urn urn, string path, PropertyMap inputs, IReadOnlyList<PropertyPath> ignored, string manager, bool isDryRun, CancellationToken cancellationToken)
    {
        var live = await cluster.Connection.FindAsync(path, cancellationToken);
        var mayTakeOver = live is not null && !Declared.IsPatch(urn, inputs.FindText("kind") ?? "");
        if (mayTakeOver && !isDryRun && FormerManagers.TakeOver(live!, manager) is { } takeOver)
        {
            live = await cluster.Connection.PatchAsync(path, takeOver, cancellationToken);
        }

        // A dry run cannot take over first. Of an object from before such records, nobody can say whose its fields are.
        var isForced = mayTakeOver && ((isDryRun && FormerManagers.Own(live!)) || !live!.Items("metadata", "managedFields").Any());
        return await ApplyAsync(path, Yield(inputs, live, ignored, manager), manager, isDryRun, isForced, cancellationToken);
    }

    /// <summary>What to apply so that ignored fields stay whose they are.</summary>
    public static JsonObject Yield(PropertyMap inputs, JsonObject? live, IReadOnlyList<PropertyPath> ignored, string manager)
    {
        var body = PlainJson.ToJson(inputs);
        return ignored.Count > 0 && live is not null ? IgnoredFields.Yield(body, live, ignored, manager) : body;
    }

    /// <summary>Gives up every field that a manager owns. Those that nobody else owns go with it.</summary>
    public Task<JsonObject> RelinquishAsync(string path, JsonObject item, string manager, CancellationToken cancellationToken)
    {
        var metadata = new JsonObject { ["name"] = item.Name() };
        if (item.Text("metadata", "namespace") is { } home)
        {
            metadata["namespace"] = home;
        }

        var nothing = new JsonObject { ["apiVersion"] = item.Text("apiVersion"), ["kind"] = item.Text("kind"), ["metadata"] = metadata };
        return ApplyAsync(path, nothing, manager, isDryRun: false, cancellationToken);
    }

    private Task<JsonObject> ApplyAsync(string path, JsonObject body, string manager, bool isDryRun, bool isForced, CancellationToken cancellationToken)
    {
        var force = isForced || body.Annotation(Annotations.PatchForce) == Annotations.True ? "true" : "false";
        return cluster.Connection.ApplyAsync($"{path}?fieldManager={Uri.EscapeDataString(manager)}&force={force}{(isDryRun ? "&dryRun=All" : "")}", body, cancellationToken);
    }
}
