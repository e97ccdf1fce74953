using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Scalelab.Cluster.Api.Discovery;

/// <summary>The documents of discovery, legacy and aggregated, made of the catalog.</summary>
internal sealed class DiscoveryDocuments(ApiCatalog catalog)
{
    public const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    /// <summary>Groups in upstream's order of preference; those not named come after, by name.</summary>
    private static readonly string[] GroupOrder =
    [
        "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io", "networking.k8s.io",
        "policy", "rbac.authorization.k8s.io", "storage.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io", "scheduling.k8s.io", "coordination.k8s.io", "node.k8s.io",
        "discovery.k8s.io", "resource.k8s.io", "flowcontrol.apiserver.k8s.io",
    ];

    /// <summary>Comes after the groups of custom resources too: its own server gives it a lower priority.</summary>
    private const string LastGroup = "metrics.k8s.io";

    private (int Generation, bool Core, byte[] Bytes, string Tag)[] _aggregated = [];

    public static JsonObject CoreVersions(HttpContext context) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = context.Request.Host.ToString() }),
    };

    public JsonObject Root()
    {
        var paths = new List<string> { "/api", "/api/v1", "/apis" };
        foreach (var group in GroupNames().Where(name => name.Length > 0))
        {
            paths.Add($"/apis/{group}");
            paths.AddRange(VersionsOf(group).Select(version => $"/apis/{group}/{version}"));
        }

        paths.AddRange(["/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]);
        return new JsonObject { ["paths"] = new JsonArray([.. paths.Order(StringComparer.Ordinal).Select(path => JsonValue.Create(path))]) };
    }

    public JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. GroupNames().Where(name => name.Length > 0).Select(GroupEntry)]),
    };

    public JsonObject? Group(string name)
    {
        if (name.Length == 0 || !catalog.Current.GroupVersions.Any(version => version.Group == name))
        {
            return null;
        }

        var entry = GroupEntry(name);
        var group = new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1" };
        foreach (var (key, child) in entry)
        {
            group[key] = child?.DeepClone();
        }

        return group;
    }

    public JsonObject? Resources(string group, string version)
    {
        if (!catalog.Current.GroupVersions.Contains((group, version)))
        {
            return null;
        }

        var list = new JsonObject { ["kind"] = "APIResourceList" };
        if (group.Length > 0)
        {
            list["apiVersion"] = "v1";
        }

        list["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}";
        list["resources"] = new JsonArray([.. DefinitionsOf(group, version).SelectMany(LegacyEntries)]);
        return list;
    }

    public (byte[] Bytes, string Tag) Aggregated(bool core)
    {
        var generation = catalog.Current.Generation;
        foreach (var cached in _aggregated)
        {
            if (cached.Generation == generation && cached.Core == core)
            {
                return (cached.Bytes, cached.Tag);
            }
        }

        var document = new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = "apidiscovery.k8s.io/v2",
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. GroupNames().Where(name => name.Length == 0 == core).Select(AggregatedGroup)]),
        };
        var bytes = Encoding.UTF8.GetBytes(document.ToJsonString());
        var tag = $"\"{Convert.ToHexString(SHA512.HashData(bytes))}\"";
        _aggregated = [.. _aggregated.Where(cached => cached.Generation == generation), (generation, core, bytes, tag)];
        return (bytes, tag);
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    private static IEnumerable<JsonNode> LegacyEntries(ResourceDefinition definition)
    {
        var entry = new JsonObject
        {
            ["name"] = definition.Plural,
            ["singularName"] = definition.Singular,
            ["namespaced"] = definition.Namespaced,
            ["kind"] = definition.Kind,
            ["verbs"] = Strings(definition.Verbs),
        };
        if (!definition.ShortNames.IsEmpty)
        {
            entry["shortNames"] = Strings(definition.ShortNames);
        }

        if (!definition.Categories.IsEmpty)
        {
            entry["categories"] = Strings(definition.Categories);
        }

        if (definition.Verbs.Contains("watch"))
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{definition.Group}/{definition.StorageVersion ?? definition.Version}/{definition.Kind}"));
            entry["storageVersionHash"] = Convert.ToBase64String(hash.AsSpan(0, 8));
        }

        yield return entry;
        foreach (var subresource in SubresourcesOf(definition))
        {
            var child = new JsonObject { ["name"] = $"{definition.Plural}/{subresource.Name}", ["singularName"] = "", ["namespaced"] = definition.Namespaced };
            if (subresource.Group is { Length: > 0 } group)
            {
                child["group"] = group;
            }

            if (subresource.Version is { } version)
            {
                child["version"] = version;
            }

            child["kind"] = subresource.Kind;
            child["verbs"] = Strings(subresource.Verbs);
            yield return child;
        }
    }

    private static IEnumerable<SubresourceDefinition> SubresourcesOf(ResourceDefinition definition)
    {
        IEnumerable<SubresourceDefinition> all = definition.Subresources;
        if (definition.HasStatus && !definition.Subresources.Any(subresource => subresource.Name == "status"))
        {
            all = all.Append(new SubresourceDefinition("status", definition.Kind, ["get", "patch", "update"]));
        }

        if (definition.Scale is not null && !definition.Subresources.Any(subresource => subresource.Name == "scale"))
        {
            all = all.Append(new SubresourceDefinition("scale", "Scale", ["get", "patch", "update"], "autoscaling", "v1"));
        }

        // Custom kinds have theirs in the order of the definition's fields.
        return definition.IsCustom ? all : all.OrderBy(subresource => subresource.Name, StringComparer.Ordinal);
    }

    private static JsonObject ResponseKind(string kind, string? group, string? version) =>
        new() { ["group"] = group ?? "", ["version"] = version ?? "", ["kind"] = kind };

    private static JsonNode AggregatedResource(ResourceDefinition definition)
    {
        var entry = new JsonObject
        {
            ["resource"] = definition.Plural,
            ["responseKind"] = ResponseKind(definition.Kind, definition.IsCustom ? definition.Group : null, definition.IsCustom ? definition.Version : null),
            ["scope"] = definition.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = definition.Singular,
            ["verbs"] = Strings(definition.Verbs),
        };
        if (!definition.ShortNames.IsEmpty)
        {
            entry["shortNames"] = Strings(definition.ShortNames);
        }

        if (!definition.Categories.IsEmpty)
        {
            entry["categories"] = Strings(definition.Categories);
        }

        var subresources = SubresourcesOf(definition).Select(subresource => (JsonNode)new JsonObject
        {
            ["subresource"] = subresource.Name,
            ["responseKind"] = definition.IsCustom && subresource.Group is null
                ? ResponseKind(subresource.Kind, definition.Group, definition.Version)
                : ResponseKind(subresource.Kind, subresource.Group, subresource.Version),
            ["verbs"] = Strings(subresource.Verbs),
        }).ToArray();
        if (subresources.Length > 0)
        {
            entry["subresources"] = new JsonArray(subresources);
        }

        return entry;
    }

    private JsonNode AggregatedGroup(string name) => new JsonObject
    {
        ["metadata"] = name.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = name },
        ["versions"] = new JsonArray([.. VersionsOf(name).Select(version => (JsonNode)new JsonObject
        {
            ["version"] = version,
            ["resources"] = new JsonArray([.. DefinitionsOf(name, version).Select(AggregatedResource)]),
            ["freshness"] = "Current",
        })]),
    };

    private JsonObject GroupEntry(string name)
    {
        var versions = VersionsOf(name).Select(version => (JsonNode)new JsonObject { ["groupVersion"] = $"{name}/{version}", ["version"] = version }).ToArray();
        return new JsonObject { ["name"] = name, ["versions"] = new JsonArray(versions), ["preferredVersion"] = versions[0].DeepClone() };
    }

    private IEnumerable<string> GroupNames() => catalog.Current.GroupVersions.Select(version => version.Group).Distinct()
        .OrderBy(name => Array.IndexOf(GroupOrder, name) is >= 0 and var index ? index : name == LastGroup ? int.MaxValue : GroupOrder.Length)
        .ThenBy(name => name, StringComparer.Ordinal);

    private IEnumerable<string> VersionsOf(string group) => catalog.Current.GroupVersions.Where(version => version.Group == group).Select(version => version.Version).OrderDescending(VersionOrder.Instance);

    private IEnumerable<ResourceDefinition> DefinitionsOf(string group, string version) =>
        catalog.Current.Definitions.Where(definition => definition.Group == group && definition.Version == version).OrderBy(definition => definition.Plural, StringComparer.Ordinal);

    /// <summary>Kubernetes' order of versions: v2 before v1 before v1beta1 before v1alpha1, names that are no versions last.</summary>
    private sealed class VersionOrder : IComparer<string>
    {
        public static readonly VersionOrder Instance = new();

        public int Compare(string? x, string? y) => Key(x!).CompareTo(Key(y!));

        private static (int Stability, int Major, int Minor) Key(string version)
        {
            var text = version.AsSpan(version.StartsWith('v') ? 1 : 0);
            foreach (var (word, stability) in (ReadOnlySpan<(string, int)>)[("beta", 2), ("alpha", 1)])
            {
                var at = text.IndexOf(word, StringComparison.Ordinal);
                if (at > 0 && int.TryParse(text[..at], out var major) && int.TryParse(text[(at + word.Length)..], out var minor))
                {
                    return (stability, major, minor);
                }
            }

            return int.TryParse(text, out var number) ? (3, number, 0) : (0, 0, 0);
        }
    }
}
