using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Controllers.Namespaces;

/// <summary>
/// The life of namespaces: each gets its default service account and the cluster's certificate authority; one that is deleted is
/// emptied, says in its conditions what still holds it, and goes when nothing does.
/// </summary>
/// <param name="authority">The certificate of the authority, in PEM.</param>
internal sealed class NamespaceController(ResourceService service, string authority, ILogger logger) : StoreFollower(service, logger)
{
    private const string ServiceAccounts = "serviceaccounts";
    private const string ConfigMaps = "configmaps";
    private const string RootAuthority = "kube-root-ca.crt";
    private const string Manager = "kube-controller-manager";

    protected override async Task FollowAsync(StoreState state, StoreCursor cursor, CancellationToken cancellationToken)
    {
        foreach (var item in state.List("namespaces"))
        {
            await ReconcileAsync(item.Key.Name, cancellationToken);
        }

        var touched = new HashSet<string>();
        while (true)
        {
            await cursor.WaitAsync(cancellationToken);
            while (cursor.TryRead(out var change))
            {
                if (Concerns(change) is { } name)
                {
                    touched.Add(name);
                }
            }

            foreach (var name in touched)
            {
                await ReconcileAsync(name, cancellationToken);
            }

            touched.Clear();
        }
    }

    /// <summary>The namespace that has to be looked at after a change; null for none.</summary>
    private string? Concerns(StoreEvent change)
    {
        var key = change.Current.Key;
        if (key.Resource == "namespaces")
        {
            return key.Name;
        }

        if (key.Namespace.Length == 0 || change.Type == StoreEventType.Created)
        {
            return null;
        }

        var isOurs = (key.Resource == ServiceAccounts && key.Name == "default") || (key.Resource == ConfigMaps && key.Name == RootAuthority);
        return isOurs || (change.Type == StoreEventType.Deleted && IsTerminating(key.Namespace)) ? key.Namespace : null;
    }

    private bool IsTerminating(string name) => Find(name) is { } item && item.Metadata()["deletionTimestamp"] is not null;

    private JsonObject? Find(string name) => Service.Store.State.Get(new ResourceKey("namespaces", "", name)) is { } item ? ObjectJson.Parse(item) : null;

    private async Task ReconcileAsync(string name, CancellationToken cancellationToken)
    {
        if (Find(name) is not { } value)
        {
            return;
        }

        try
        {
            await (value.Metadata()["deletionTimestamp"] is null ? FurnishAsync(name, cancellationToken) : EmptyAsync(value, cancellationToken));
        }
        catch (ApiException error) when (error.Code is 403 or 404 or 409)
        {
            // It changed in between; the event of that change brings us back.
            Logger.LogDebug("Namespace {Name} changed while it was looked after: {Problem}", name, error.Message);
        }
    }

    private async Task FurnishAsync(string name, CancellationToken cancellationToken)
    {
        var state = Service.Store.Latest;
        if (state.Get(new ResourceKey(ServiceAccounts, name, "default")) is null)
        {
            await Service.CreateAsync(Definition(ServiceAccounts), name, Named("ServiceAccount", "default"), Write(""), cancellationToken);
        }

        if (state.Get(new ResourceKey(ConfigMaps, name, RootAuthority)) is not { } stored)
        {
            await Service.CreateAsync(Definition(ConfigMaps), name, Authority(), Write(""), cancellationToken);
        }
        else if (ObjectJson.Parse(stored).Object("data").Text("ca.crt") != authority)
        {
            await Service.UpdateAsync(Definition(ConfigMaps), name, RootAuthority, _ => Authority(), Write(""), cancellationToken);
        }
    }

    private JsonObject Authority()
    {
        var value = Named("ConfigMap", RootAuthority);
        value.Metadata()["annotations"] = new JsonObject
        {
            ["kubernetes.io/description"] = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or "
                + "kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
        };
        value["data"] = new JsonObject { ["ca.crt"] = authority };
        return value;
    }

    private async Task EmptyAsync(JsonObject value, CancellationToken cancellationToken)
    {
        var name = value.Name();
        var remaining = new SortedDictionary<string, (string Label, int Count)>(StringComparer.Ordinal);
        var finalizers = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var definition in NamespacedDefinitions())
        {
            var resource = ResourceService.StoreResource(definition);
            foreach (var item in Service.Store.Latest.List(resource, name).ToList())
            {
                await DeleteAsync(definition, item, cancellationToken);
            }

            var left = Service.Store.Latest.List(resource, name).ToList();
            if (left.Count > 0)
            {
                remaining[resource] = ($"{definition.Plural}.{definition.Group}", left.Count);
            }

            foreach (var finalizer in left.SelectMany(item => MetadataRules.Strings(ObjectJson.Parse(item).Metadata().Array("finalizers"))))
            {
                finalizers[finalizer] = finalizers.GetValueOrDefault(finalizer) + 1;
            }
        }

        if (remaining.Count == 0)
        {
            await Service.UpdateAsync(Definition("namespaces"), null, name, live => WithoutFinalizer(live), Write("finalize"), cancellationToken);
            return;
        }

        var now = ResourceService.Format(Service.Time.GetUtcNow());
        await Service.UpdateAsync(
            Definition("namespaces"),
            null,
            name,
            live =>
            {
                NamespaceConditions.Set(live ?? throw ApiErrors.NotFound("", "namespaces", name), [.. remaining.Values], finalizers, now);
                return live;
            },
            Write("status"),
            cancellationToken);
    }

    private async Task DeleteAsync(ResourceDefinition definition, StoredObject item, CancellationToken cancellationToken)
    {
        if (ObjectJson.Parse(item).Metadata()["deletionTimestamp"] is not null)
        {
            return;
        }

        try
        {
            await Service.DeleteAsync(
                definition, item.Key.Namespace, item.Key.Name, new DeleteRequest { User = UserInfo.Internal, PropagationPolicy = "Background" }, cancellationToken);
        }
        catch (ApiException error) when (error.Code == 404)
        {
            // Gone already.
        }
    }

    private List<ResourceDefinition> NamespacedDefinitions() => Service.Catalog.Current.Definitions
        .Where(definition => definition.Namespaced && definition.Verbs.Contains("delete"))
        .DistinctBy(ResourceService.StoreResource)
        .ToList();

    private ResourceDefinition Definition(string plural) => Service.Catalog.Current.Stored("", plural)!;

    private static JsonObject WithoutFinalizer(JsonObject? live)
    {
        if (live?["spec"] is JsonObject spec && spec.Array("finalizers") is { } finalizers)
        {
            var others = MetadataRules.Strings(finalizers).Where(finalizer => finalizer != "kubernetes").Select(finalizer => (JsonNode)finalizer).ToArray();
            spec.Put("finalizers", others.Length == 0 ? null : new JsonArray(others));
        }

        return live!;
    }

    private static JsonObject Named(string kind, string name) => new() { ["kind"] = kind, ["apiVersion"] = "v1", ["metadata"] = new JsonObject { ["name"] = name } };

    private static WriteRequest Write(string subresource) => new() { User = UserInfo.Internal, FieldManager = Manager, Subresource = subresource };
}
