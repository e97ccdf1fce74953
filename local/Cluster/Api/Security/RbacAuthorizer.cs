using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Security;

/// <summary>
/// Role based access control over the stored roles and bindings. Masters may do everything; everybody may see the version and the
/// health; the authenticated may see the API's description and ask what they may do.
/// </summary>
internal sealed class RbacAuthorizer(ObjectStore store) : IAuthorizer
{
    private const string Group = "rbac.authorization.k8s.io";

    private static readonly string[] PublicPaths = ["/healthz", "/livez", "/readyz", "/version", "/version/"];

    private static readonly string[] DiscoveryPaths = ["/api", "/apis", "/openapi"];

    public bool Allows(UserInfo user, ResourceAttributes attributes)
    {
        if (user.IsMaster)
        {
            return true;
        }

        var authenticated = user.Groups.Contains("system:authenticated");
        if (authenticated
            && attributes is { Verb: "create", Group: "authorization.k8s.io", Resource: "selfsubjectaccessreviews" or "selfsubjectrulesreviews" }
                or { Verb: "create", Group: "authentication.k8s.io", Resource: "selfsubjectreviews" })
        {
            return true;
        }

        return RulesFor(user, attributes.Namespace).Any(rule => Covers(rule, attributes));
    }

    public void Authorize(UserInfo user, string verb, string path, RequestPath? parsed)
    {
        if (user.IsMaster)
        {
            return;
        }

        if (parsed is null || parsed.Resource.Length == 0)
        {
            var open = PublicPaths.Contains(path) || (user.Groups.Contains("system:authenticated") && DiscoveryPaths.Any(known => path == known || path.StartsWith(known + "/", StringComparison.Ordinal)));
            if (!open || verb != "get")
            {
                throw ApiErrors.ForbiddenPath($"User \"{user.Name}\" cannot {verb} path \"{path}\"");
            }

            return;
        }

        var attributes = new ResourceAttributes(verb, parsed.Group, parsed.Resource, parsed.Subresource, parsed.Namespace ?? (parsed.Resource == "namespaces" ? parsed.Name : ""), parsed.Name);
        if (!Allows(user, attributes))
        {
            throw ApiErrors.Forbidden(parsed.Group, parsed.Resource, parsed.Name, Refusal(user, attributes));
        }
    }

    /// <summary>The rules that bind a user in a namespace (empty: at cluster scope).</summary>
    public IEnumerable<JsonObject> RulesFor(UserInfo user, string namespaceName)
    {
        foreach (var binding in store.State.List($"{Group}/clusterrolebindings").Select(ObjectJson.Parse).Where(binding => Binds(binding, user, "")))
        {
            foreach (var rule in RulesOf(binding, ""))
            {
                yield return rule;
            }
        }

        if (namespaceName.Length == 0)
        {
            yield break;
        }

        foreach (var binding in store.State.List($"{Group}/rolebindings", namespaceName).Select(ObjectJson.Parse).Where(binding => Binds(binding, user, namespaceName)))
        {
            foreach (var rule in RulesOf(binding, namespaceName))
            {
                yield return rule;
            }
        }
    }

    private static string Refusal(UserInfo user, ResourceAttributes attributes)
    {
        var resource = attributes.Subresource.Length == 0 ? attributes.Resource : $"{attributes.Resource}/{attributes.Subresource}";
        var scope = attributes.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{attributes.Namespace}\"";
        return $"User \"{user.Name}\" cannot {attributes.Verb} resource \"{resource}\" in API group \"{attributes.Group}\" {scope}";
    }

    private static bool Binds(JsonObject binding, UserInfo user, string namespaceName) => (binding.Array("subjects") ?? []).OfType<JsonObject>().Any(subject => subject.Text("kind") switch
    {
        "User" => subject.Text("name") == user.Name,
        "Group" => user.Groups.Contains(subject.Text("name") ?? ""),
        "ServiceAccount" => user.Name == $"system:serviceaccount:{subject.Text("namespace") ?? namespaceName}:{subject.Text("name")}",
        _ => false,
    });

    private IEnumerable<JsonObject> RulesOf(JsonObject binding, string namespaceName)
    {
        var reference = binding.Object("roleRef");
        var key = reference.Text("kind") == "ClusterRole"
            ? new ResourceKey($"{Group}/clusterroles", "", reference.Text("name") ?? "")
            : new ResourceKey($"{Group}/roles", namespaceName, reference.Text("name") ?? "");
        return store.State.Get(key) is { } role ? (ObjectJson.Parse(role).Array("rules") ?? []).OfType<JsonObject>() : [];
    }

    private static bool Covers(JsonObject rule, ResourceAttributes attributes)
    {
        var resource = attributes.Subresource.Length == 0 ? attributes.Resource : $"{attributes.Resource}/{attributes.Subresource}";
        var names = MetadataRules.Strings(rule.Array("resourceNames"));
        return Contains(rule, "verbs", attributes.Verb)
            && Contains(rule, "apiGroups", attributes.Group)
            && (Contains(rule, "resources", resource) || (attributes.Subresource.Length > 0 && MetadataRules.Strings(rule.Array("resources")).Contains("*/" + attributes.Subresource)))
            && (names.Count == 0 || names.Contains(attributes.Name));
    }

    private static bool Contains(JsonObject rule, string field, string value) => MetadataRules.Strings(rule.Array(field)) is var values && (values.Contains("*") || values.Contains(value));
}
