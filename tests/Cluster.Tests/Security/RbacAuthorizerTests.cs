using System.Text.Json.Nodes;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Security;
using Scalelab.Cluster.Store;
using Scalelab.Cluster.Tests.Store;

namespace Scalelab.Cluster.Tests.Security;

public sealed class RbacAuthorizerTests : IAsyncLifetime
{
    private static readonly UserInfo Jane = new("jane", "", ["developers", UserInfo.Authenticated]);
    private static readonly UserInfo Account = new("system:serviceaccount:shop:web", "", ["system:serviceaccounts", UserInfo.Authenticated]);

    private readonly ObjectStore _store = StoreTools.Memory();
    private RbacAuthorizer _authorizer = null!;

    public ValueTask InitializeAsync()
    {
        _authorizer = new RbacAuthorizer(_store);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Decide_WithARoleBindingOfAServiceAccount_AllowsAndNamesTheBinding()
    {
        await RoleAsync("shop", "reader", """{"verbs":["get"],"apiGroups":[""],"resources":["configmaps"]}""");
        await BindingAsync("shop", "readers", "Role", "reader", """{"kind":"ServiceAccount","name":"web","namespace":"shop"}""");

        var decision = _authorizer.Decide(Account, Get("configmaps"));

        Assert.Equal(new Decision(true, "RBAC: allowed by RoleBinding \"readers/shop\" of Role \"reader\" to ServiceAccount \"web/shop\""), decision);
    }

    [Fact]
    public async Task Decide_InAnotherNamespaceThanTheBindings_DoesNotAllow()
    {
        await RoleAsync("shop", "reader", """{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}""");
        await BindingAsync("shop", "readers", "Role", "reader", """{"kind":"User","name":"jane"}""");

        Assert.True(_authorizer.Decide(Jane, Get("configmaps")).Allowed);
        Assert.False(_authorizer.Decide(Jane, Get("configmaps") with { Namespace = "bank" }).Allowed);
        Assert.False(_authorizer.Decide(Jane, Get("configmaps") with { Namespace = "" }).Allowed);
    }

    [Fact]
    public async Task Decide_WithAClusterRoleBindingOfAGroup_AllowsEverywhereAndNamesTheBinding()
    {
        await RoleAsync("", "lister", """{"verbs":["list"],"apiGroups":["apps"],"resources":["deployments"]}""");
        await BindingAsync("", "listers", "ClusterRole", "lister", """{"kind":"Group","name":"developers"}""");

        var decision = _authorizer.Decide(Jane, new ResourceAttributes("list", "apps", "deployments", "", "", ""));

        Assert.Equal(new Decision(true, "RBAC: allowed by ClusterRoleBinding \"listers\" of ClusterRole \"lister\" to Group \"developers\""), decision);
    }

    [Fact]
    public async Task Decide_WhereTheBoundRoleIsMissing_SaysWhich()
    {
        await BindingAsync("shop", "readers", "ClusterRole", "gone", """{"kind":"User","name":"jane"}""");

        Assert.Equal(new Decision(false, "RBAC: clusterrole.rbac.authorization.k8s.io \"gone\" not found"), _authorizer.Decide(Jane, Get("configmaps")));
    }

    [Fact]
    public async Task Decide_AfterTheBindingIsGone_NoLongerAllows()
    {
        await RoleAsync("shop", "reader", """{"verbs":["get"],"apiGroups":[""],"resources":["configmaps"]}""");
        var binding = await BindingAsync("shop", "readers", "Role", "reader", """{"kind":"User","name":"jane"}""");
        Assert.True(_authorizer.Decide(Jane, Get("configmaps")).Allowed);

        await _store.DeleteAsync(binding.Key, binding.Revision);

        Assert.False(_authorizer.Decide(Jane, Get("configmaps")).Allowed);
    }

    [Theory]
    [InlineData("""{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}""", "pods", "log", "a", false)]
    [InlineData("""{"verbs":["get"],"apiGroups":[""],"resources":["pods/log"]}""", "pods", "log", "a", true)]
    [InlineData("""{"verbs":["get"],"apiGroups":[""],"resources":["*/log"]}""", "pods", "log", "a", true)]
    [InlineData("""{"verbs":["get"],"apiGroups":[""],"resources":["*"]}""", "pods", "log", "a", true)]
    [InlineData("""{"verbs":["get"],"apiGroups":["apps"],"resources":["pods"]}""", "pods", "", "a", false)]
    [InlineData("""{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["a"]}""", "pods", "", "a", true)]
    [InlineData("""{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["b"]}""", "pods", "", "a", false)]
    [InlineData("""{"verbs":["list"],"apiGroups":[""],"resources":["pods"]}""", "pods", "", "a", false)]
    public async Task Decide_ByARule_ComparesVerbGroupResourceAndName(string rule, string resource, string subresource, string name, bool allowed)
    {
        await RoleAsync("shop", "r", rule);
        await BindingAsync("shop", "b", "Role", "r", """{"kind":"User","name":"jane"}""");

        Assert.Equal(allowed, _authorizer.Decide(Jane, new ResourceAttributes("get", "", resource, subresource, "shop", name)).Allowed);
    }

    [Theory]
    [InlineData("/logs/*", "/logs/a/b", true)]
    [InlineData("/logs/*", "/logs", false)]
    [InlineData("/logs", "/logs", true)]
    [InlineData("*", "/anything", true)]
    public async Task Decide_OfAPath_TakesAStarAtTheEndForEverythingBelow(string pattern, string path, bool allowed)
    {
        await RoleAsync("", "r", new JsonObject { ["verbs"] = new JsonArray("get"), ["nonResourceURLs"] = new JsonArray(pattern) }.ToJsonString());
        await BindingAsync("", "b", "ClusterRole", "r", """{"kind":"User","name":"jane"}""");

        Assert.Equal(allowed, _authorizer.Decide(Jane, "get", path).Allowed);
    }

    [Fact]
    public async Task Decide_ByAnAggregatingRole_TakesTheRulesOfTheRolesItSelects()
    {
        await StoreAsync("clusterroles", "", "sum", """{"kind":"ClusterRole","metadata":{"name":"sum"},"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"to":"sum"}}]}}""");
        await StoreAsync("clusterroles", "", "part", """{"kind":"ClusterRole","metadata":{"name":"part","labels":{"to":"sum"}},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}]}""");
        await BindingAsync("shop", "b", "ClusterRole", "sum", """{"kind":"User","name":"jane"}""");

        Assert.True(_authorizer.Decide(Jane, Get("pods")).Allowed);
    }

    private static ResourceAttributes Get(string resource) => new("get", "", resource, "", "shop", "a");

    private Task<StoredObject> RoleAsync(string namespaceName, string name, string rule) =>
        StoreAsync(namespaceName.Length == 0 ? "clusterroles" : "roles", namespaceName, name, $$"""{"metadata":{"name":"{{name}}"},"rules":[{{rule}}]}""");

    private Task<StoredObject> BindingAsync(string namespaceName, string name, string roleKind, string role, string subject) => StoreAsync(
        namespaceName.Length == 0 ? "clusterrolebindings" : "rolebindings",
        namespaceName,
        name,
        $$"""{"metadata":{"name":"{{name}}"},"roleRef":{"kind":"{{roleKind}}","name":"{{role}}"},"subjects":[{{subject}}]}""");

    private Task<StoredObject> StoreAsync(string plural, string namespaceName, string name, string json) => ObjectJson.Store(
        JsonNode.Parse(json)!.AsObject(), content => _store.CreateAsync(new ResourceKey($"rbac.authorization.k8s.io/{plural}", namespaceName, name), content));
}
