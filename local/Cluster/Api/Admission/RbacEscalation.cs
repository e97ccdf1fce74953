using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Security;

namespace Scalelab.Cluster.Api.Admission;

/// <summary>
/// Nobody gives out rights that they do not have: the rules of a role that is written, or bound, must be the writer's own, unless the writer
/// may <c>escalate</c> or <c>bind</c> it (upstream's policybased storage of roles and bindings).
/// </summary>
internal sealed class RbacEscalation(RbacAuthorizer authorizer) : IAdmission
{
    public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var (definition, user) = (request.Definition, request.Write.User);
        if (definition.Group != RbacPolicy.Group || user.IsMaster)
        {
            return ValueTask.CompletedTask;
        }

        var (space, name) = (request.Namespace ?? "", request.Value.Name());
        if (definition.Plural is "roles" or "clusterroles" && !JsonNode.DeepEquals(request.Old?["rules"], request.Value["rules"])
            && !authorizer.Decide(user, new ResourceAttributes("escalate", RbacPolicy.Group, definition.Plural, "", space, name)).Allowed)
        {
            Require(definition, user, space, name, (request.Value.Array("rules") ?? []).OfType<JsonObject>().Select(PolicyRule.Parse));
        }

        if (definition.Plural is "rolebindings" or "clusterrolebindings" && request.Value.Object("roleRef") is { } reference
            && (request.Old is null || !JsonNode.DeepEquals(request.Old["subjects"], request.Value["subjects"])))
        {
            var (isCluster, role) = (reference.Text("kind") == "ClusterRole", reference.Text("name") ?? "");
            var bind = new ResourceAttributes("bind", RbacPolicy.Group, isCluster ? "clusterroles" : "roles", "", isCluster ? "" : space, role);
            if (!authorizer.Decide(user, bind with { Namespace = space }).Allowed)
            {
                var rules = authorizer.RulesOf(isCluster ? "" : space, role)
                    ?? throw ApiErrors.NotFound(RbacPolicy.Group, isCluster ? "clusterroles" : "roles", role);
                Require(definition, user, space, name, rules);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask AdmitDeleteAsync(ResourceDefinition definition, JsonObject value, DeleteRequest request, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<IDisposable?> ReserveAsync(AdmissionRequest request, CancellationToken cancellationToken) => ValueTask.FromResult<IDisposable?>(null);

    private void Require(ResourceDefinition definition, UserInfo user, string space, string name, IEnumerable<PolicyRule> wanted)
    {
        var held = authorizer.RulesFor(user, space).Rules;
        var missing = wanted.SelectMany(rule => rule.Parts()).Where(part => !held.Any(rule => rule.Covers(part))).ToList();
        if (missing.Count > 0)
        {
            // Parts that differ in the verb alone are told as one.
            var lines = missing
                .GroupBy(part => part with { Verbs = [] }, PolicyRule.ByContent)
                .Select(parts => (parts.Key with { Verbs = [.. parts.SelectMany(part => part.Verbs).Distinct().Order(StringComparer.Ordinal)] }).ToString())
                .Distinct()
                .Order(StringComparer.Ordinal);
            throw ApiErrors.Forbidden(
                definition,
                name,
                $"user \"{user.Name}\" (groups={PolicyRule.Quote(user.Groups)}) is attempting to grant RBAC permissions not currently held:\n{string.Join('\n', lines)}");
        }
    }
}
