using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Security;

/// <summary>
/// Role based access control over the stored roles and bindings (those of <see cref="BootstrapPolicy"/> among them). Masters may do
/// everything, whatever is stored.
/// </summary>
internal sealed class RbacAuthorizer(ObjectStore store)
{
    private RbacPolicy? _policy;

    /// <summary>Whether a user may act on a resource.</summary>
    public Decision Decide(UserInfo user, ResourceAttributes attributes) => Decide(user, attributes.Namespace, rule => rule.Covers(attributes));

    /// <summary>Whether a user may ask for a path that names no resource.</summary>
    public Decision Decide(UserInfo user, string verb, string path) => Decide(user, "", rule => rule.Covers(verb, path));

    /// <summary>Refuses a request that its user may not make.</summary>
    /// <param name="path">The path as it came; <paramref name="parsed"/> is the same taken apart, where it names a resource.</param>
    /// <exception cref="ApiException">403.</exception>
    public void Authorize(UserInfo user, string verb, string path, RequestPath? parsed)
    {
        if (user.IsMaster)
        {
            return;
        }

        if (parsed is null || parsed.Resource.Length == 0)
        {
            if (Decide(user, verb, path) is { Allowed: false } refused)
            {
                throw ApiErrors.ForbiddenPath(With($"User \"{user.Name}\" cannot {verb} path \"{path}\"", refused.Reason));
            }

            return;
        }

        Require(user, new ResourceAttributes(
            verb, parsed.Group, parsed.Resource, parsed.Subresource, parsed.Namespace ?? (parsed is { Group: "", Resource: "namespaces" } ? parsed.Name : ""), parsed.Name));
    }

    /// <summary>Refuses an action that a user may not do.</summary>
    /// <exception cref="ApiException">403.</exception>
    public void Require(UserInfo user, ResourceAttributes attributes)
    {
        if (Decide(user, attributes) is { Allowed: false } refused)
        {
            var scope = attributes.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{attributes.Namespace}\"";
            throw ApiErrors.Forbidden(
                attributes.Group,
                attributes.Resource,
                attributes.Name,
                With($"User \"{user.Name}\" cannot {attributes.Verb} resource \"{attributes.Combined}\" in API group \"{attributes.Group}\" {scope}", refused.Reason));
        }
    }

    /// <summary>The rules that bind a user in a namespace (empty: at cluster scope), and what is wrong with bindings whose rules are missing.</summary>
    public (IReadOnlyList<PolicyRule> Rules, IReadOnlyList<string> Problems) RulesFor(UserInfo user, string namespaceName)
    {
        var bindings = Policy().BindingsOf(user, namespaceName).Select(bound => bound.Binding).ToList();
        return ([.. bindings.SelectMany(binding => binding.Rules)], [.. bindings.Select(binding => binding.Problem).OfType<string>()]);
    }

    /// <summary>The rules of a role (of a cluster role where the namespace is empty); null when there is none.</summary>
    public IReadOnlyList<PolicyRule>? RulesOf(string namespaceName, string role) => RbacPolicy.RulesOf(store.State, namespaceName, role);

    private static string With(string problem, string reason) => reason.Length == 0 ? problem : $"{problem}: {reason}";

    private Decision Decide(UserInfo user, string namespaceName, Func<PolicyRule, bool> covers)
    {
        if (user.IsMaster)
        {
            return new Decision(true, "");
        }

        var problems = new List<string>();
        foreach (var (binding, subject) in Policy().BindingsOf(user, namespaceName))
        {
            if (binding.Problem is { } problem)
            {
                problems.Add(problem);
            }
            else if (binding.Rules.Any(covers))
            {
                return new Decision(true, $"RBAC: allowed by {binding.Description} to {subject}");
            }
        }

        return new Decision(false, problems switch
        {
            [] => "",
            [var only] => "RBAC: " + only,
            _ => $"RBAC: [{string.Join(", ", problems.Distinct())}]",
        });
    }

    private RbacPolicy Policy()
    {
        var (policy, state) = (Volatile.Read(ref _policy), store.State);
        if (policy is null || !policy.IsOf(state))
        {
            policy = new RbacPolicy(state);
            Volatile.Write(ref _policy, policy);
        }

        return policy;
    }
}
