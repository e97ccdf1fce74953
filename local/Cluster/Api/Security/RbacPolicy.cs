using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Selectors;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Security;

/// <summary>All roles and bindings as they were at one revision, ready to be asked.</summary>
internal sealed class RbacPolicy
{
    public const string Group = "rbac.authorization.k8s.io";

    private const string ClusterRoles = Group + "/clusterroles";
    private const string ClusterBindings = Group + "/clusterrolebindings";
    private const string Roles = Group + "/roles";
    private const string Bindings = Group + "/rolebindings";

    private readonly object?[] _tables;
    private readonly ImmutableArray<RoleBinding> _cluster;
    private readonly FrozenDictionary<string, ImmutableArray<RoleBinding>> _namespaced;

    public RbacPolicy(StoreState state)
    {
        _tables = Tables(state);
        _cluster = [.. state.List(ClusterBindings).Select(item => Compile(state, item))];
        _namespaced = state.List(Bindings)
            .GroupBy(item => item.Key.Namespace, item => Compile(state, item))
            .ToFrozenDictionary(bindings => bindings.Key, bindings => bindings.ToImmutableArray());
    }

    /// <summary>False when a role or binding has been written since.</summary>
    public bool IsOf(StoreState state) => _tables.AsSpan().SequenceEqual(Tables(state));

    /// <summary>What binds a user: cluster-wide, then in a namespace (empty: none).</summary>
    public IEnumerable<(RoleBinding Binding, RoleSubject Subject)> BindingsOf(UserInfo user, string namespaceName)
    {
        var all = namespaceName.Length > 0 && _namespaced.TryGetValue(namespaceName, out var local) ? _cluster.Concat(local) : _cluster;
        foreach (var binding in all)
        {
            if (binding.Subjects.FirstOrDefault(subject => subject.Is(user)) is { } subject)
            {
                yield return (binding, subject);
            }
        }
    }

    /// <summary>The rules of a role (of a cluster role where the namespace is empty); null when there is none.</summary>
    public static IReadOnlyList<PolicyRule>? RulesOf(StoreState state, string namespaceName, string name) =>
        state.Get(new ResourceKey(namespaceName.Length == 0 ? ClusterRoles : Roles, namespaceName, name)) is { } role ? [.. RulesOf(state, ObjectJson.Parse(role))] : null;

    private static object?[] Tables(StoreState state) => [state.Identity(ClusterRoles), state.Identity(ClusterBindings), state.Identity(Roles), state.Identity(Bindings)];

    private static RoleBinding Compile(StoreState state, StoredObject item)
    {
        var (key, value) = (item.Key, ObjectJson.Parse(item));
        var reference = value.Object("roleRef");
        var (kind, name) = (reference.Text("kind") ?? "", reference.Text("name") ?? "");
        var isCluster = kind == "ClusterRole";
        var rules = RulesOf(state, isCluster ? "" : key.Namespace, name);
        var binding = key.Namespace.Length == 0 ? $"ClusterRoleBinding \"{key.Name}\"" : $"RoleBinding \"{key.Name}/{key.Namespace}\"";
        return new RoleBinding(
            $"{binding} of {kind} \"{name}\"",
            [.. (value.Array("subjects") ?? []).OfType<JsonObject>().Select(subject => RoleSubject.Parse(subject, key.Namespace))],
            [.. rules ?? []],
            rules is null ? $"{(isCluster ? "clusterrole" : "role")}.{Group} \"{name}\" not found" : null);
    }

    /// <summary>A role's own rules, and of an aggregating one those of the roles that it selects.</summary>
    private static IEnumerable<PolicyRule> RulesOf(StoreState state, JsonObject role)
    {
        var own = (role.Array("rules") ?? []).OfType<JsonObject>();
        if (role.Object("aggregationRule").Array("clusterRoleSelectors") is { Count: > 0 } selectors)
        {
            var wanted = selectors.OfType<JsonObject>().Select(ObjectSelector.Parse).ToList();
            own = own.Concat(state.List(ClusterRoles)
                .Where(item => wanted.Exists(selector => selector.MatchesJson(item.Json.Span)))
                .Select(ObjectJson.Parse)
                .Where(other => other.Name() != role.Name())
                .SelectMany(other => (other.Array("rules") ?? []).OfType<JsonObject>()));
        }

        return own.Select(PolicyRule.Parse);
    }
}

/// <param name="Description">As upstream's reasons name it.</param>
/// <param name="Problem">Why its role gives no rules; null when it does.</param>
internal sealed record RoleBinding(string Description, ImmutableArray<RoleSubject> Subjects, ImmutableArray<PolicyRule> Rules, string? Problem);

/// <summary>Whom a role is bound to.</summary>
internal sealed record RoleSubject(string Kind, string Name, string Namespace)
{
    public static RoleSubject Parse(JsonObject subject, string bindingNamespace) => new(
        subject.Text("kind") ?? "", subject.Text("name") ?? "", subject.Text("namespace") is { Length: > 0 } given ? given : bindingNamespace);

    public bool Is(UserInfo user) => Kind switch
    {
        "User" => Name == user.Name,
        "Group" => user.Groups.Contains(Name),
        "ServiceAccount" => user.Name == $"system:serviceaccount:{Namespace}:{Name}",
        _ => false,
    };

    public override string ToString() => Kind == "ServiceAccount" ? $"{Kind} \"{Name}/{Namespace}\"" : $"{Kind} \"{Name}\"";
}
