using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Security;

/// <summary>The roles and bindings that every cluster has from the start, with upstream's names and rules for what this cluster serves.</summary>
internal static class BootstrapPolicy
{
    private const string Version = RbacPolicy.Group + "/v1";
    private static readonly string[] Read = ["get", "list", "watch"];
    private static readonly string[] Write = ["create", "delete", "deletecollection", "patch", "update"];
    private static readonly string[] HealthPaths = ["/healthz", "/livez", "/readyz", "/version", "/version/"];

    private static readonly string[] Viewed =
    [
        "configmaps", "endpoints", "events", "limitranges", "namespaces", "namespaces/status", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods", "pods/log",
        "pods/status", "replicationcontrollers", "replicationcontrollers/scale", "replicationcontrollers/status", "resourcequotas", "resourcequotas/status", "serviceaccounts",
        "services", "services/status", "bindings",
    ];

    private static readonly string[] Edited =
    [
        "configmaps", "endpoints", "events", "persistentvolumeclaims", "pods", "pods/attach", "pods/eviction", "pods/exec", "pods/portforward", "pods/proxy",
        "replicationcontrollers", "replicationcontrollers/scale", "secrets", "serviceaccounts", "services", "services/proxy",
    ];

    private static readonly string[] Workloads =
        ["daemonsets", "deployments", "deployments/scale", "replicasets", "replicasets/scale", "statefulsets", "statefulsets/scale"];

    private static readonly string[] WorkloadStates = ["controllerrevisions", "daemonsets/status", "deployments/status", "replicasets/status", "statefulsets/status"];

    public static IEnumerable<JsonObject> Objects()
    {
        yield return Role("cluster-admin", Rule(["*"], ["*"], ["*"]), Paths(["*"], ["*"]));
        yield return Role("admin", [.. EditRules(), Rule(["create"], ["authorization.k8s.io"], ["localsubjectaccessreviews"]), Rule([.. Read, .. Write], [RbacPolicy.Group], ["rolebindings", "roles"])]);
        yield return Role("edit", [.. EditRules()]);
        yield return Role("view", [.. ViewRules()]);
        yield return Role(
            "system:basic-user",
            Rule(["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
            Rule(["create"], ["authentication.k8s.io"], ["selfsubjectreviews"]));
        yield return Role("system:discovery", Paths(["get"], ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"]));
        yield return Role("system:public-info-viewer", Paths(["get"], HealthPaths));
        yield return Role(
            "system:service-account-issuer-discovery",
            Paths(["get"], ["/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks", "/openid/v1/jwks/"]));
        yield return Binding("cluster-admin", UserInfo.Masters);
        yield return Binding("system:basic-user", UserInfo.Authenticated);
        yield return Binding("system:discovery", UserInfo.Authenticated);
        yield return Binding("system:public-info-viewer", UserInfo.Authenticated, UserInfo.Unauthenticated);
        yield return Binding("system:service-account-issuer-discovery", "system:serviceaccounts");
    }

    private static IEnumerable<JsonObject> ViewRules() =>
    [
        Rule(Read, [""], Viewed),
        Rule(Read, ["discovery.k8s.io"], ["endpointslices"]),
        Rule(Read, ["apps"], [.. Workloads, .. WorkloadStates]),
        Rule(Read, ["autoscaling"], ["horizontalpodautoscalers", "horizontalpodautoscalers/status"]),
        Rule(Read, ["batch"], ["cronjobs", "cronjobs/status", "jobs", "jobs/status"]),
        Rule(Read, ["policy"], ["poddisruptionbudgets", "poddisruptionbudgets/status"]),
        Rule(Read, ["networking.k8s.io"], ["ingresses", "ingresses/status", "networkpolicies"]),
        Rule(Read, ["metrics.k8s.io"], ["pods", "nodes"]),
    ];

    private static IEnumerable<JsonObject> EditRules() =>
    [
        .. ViewRules(),
        Rule(Read, [""], ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"]),
        Rule(["impersonate"], [""], ["serviceaccounts"]),
        Rule(["create"], [""], ["serviceaccounts/token"]),
        Rule(Write, [""], Edited),
        Rule(Write, ["apps"], [.. Workloads, "deployments/rollback"]),
        Rule(Write, ["autoscaling"], ["horizontalpodautoscalers"]),
        Rule(Write, ["batch"], ["cronjobs", "jobs"]),
        Rule(Write, ["policy"], ["poddisruptionbudgets"]),
        Rule(Write, ["networking.k8s.io"], ["ingresses", "networkpolicies"]),
        Rule([.. Read, .. Write], ["coordination.k8s.io"], ["leases"]),
    ];

    private static JsonObject Role(string name, params JsonObject[] rules) => Object("ClusterRole", name, ("rules", new JsonArray([.. rules])));

    private static JsonObject Binding(string name, params string[] groups) => Object(
        "ClusterRoleBinding",
        name,
        ("subjects", new JsonArray([.. groups.Select(group => new JsonObject { ["kind"] = "Group", ["apiGroup"] = RbacPolicy.Group, ["name"] = group })])),
        ("roleRef", new JsonObject { ["apiGroup"] = RbacPolicy.Group, ["kind"] = "ClusterRole", ["name"] = name }));

    private static JsonObject Object(string kind, string name, params (string Name, JsonNode Value)[] fields)
    {
        var value = new JsonObject
        {
            ["kind"] = kind,
            ["apiVersion"] = Version,
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" },
                ["annotations"] = new JsonObject { ["rbac.authorization.kubernetes.io/autoupdate"] = "true" },
            },
        };
        foreach (var (field, child) in fields)
        {
            value[field] = child;
        }

        return value;
    }

    private static JsonObject Rule(string[] verbs, string[] groups, string[] resources) => new() { ["verbs"] = Texts(verbs), ["apiGroups"] = Texts(groups), ["resources"] = Texts(resources) };

    private static JsonObject Paths(string[] verbs, string[] paths) => new() { ["verbs"] = Texts(verbs), ["nonResourceURLs"] = Texts(paths) };

    private static JsonArray Texts(string[] values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
