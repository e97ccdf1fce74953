using System.Text.Json.Nodes;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Admission;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Security;
using Scalelab.Cluster.Store;
using Scalelab.Cluster.Tests.Store;

namespace Scalelab.Cluster.Tests.Security;

public sealed class RbacEscalationTests : IAsyncLifetime
{
    private const string Group = "rbac.authorization.k8s.io";
    private static readonly UserInfo Jane = new("jane", "", ["developers", UserInfo.Authenticated]);
    private static readonly UserInfo Root = new("root", "", [UserInfo.Masters]);

    private readonly ObjectStore _store = StoreTools.Memory();

    public async ValueTask InitializeAsync()
    {
        await StoreAsync("roles", "shop", "own", """{"metadata":{"name":"own"},"rules":[{"verbs":["get","list"],"apiGroups":[""],"resources":["pods","pods/log"]}]}""");
        await StoreAsync("rolebindings", "shop", "own", """{"metadata":{"name":"own"},"roleRef":{"kind":"Role","name":"own"},"subjects":[{"kind":"User","name":"jane"}]}""");
        await StoreAsync("clusterroles", "", "wide", """{"metadata":{"name":"wide"},"rules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}]}""");
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task AdmitAsync_OfARoleWithTheWritersOwnRules_IsAdmitted() =>
        await AdmitAsync(Jane, "Role", """{"metadata":{"name":"a"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods","pods/log"]}]}""");

    [Fact]
    public async Task AdmitAsync_OfARoleWithMore_IsForbiddenAndNamesWhatIsMissing()
    {
        var error = await Assert.ThrowsAsync<ApiException>(
            () => AdmitAsync(Jane, "Role", """{"metadata":{"name":"a"},"rules":[{"verbs":["get","delete","create"],"apiGroups":[""],"resources":["pods"]}]}"""));

        Assert.Equal(403, error.Code);
        Assert.Equal(
            "roles.rbac.authorization.k8s.io \"a\" is forbidden: user \"jane\" (groups=[\"developers\" \"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n"
            + "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"create\" \"delete\"]}",
            error.Message);
    }

    [Fact]
    public async Task AdmitAsync_OfABindingToAWiderRole_IsForbidden()
    {
        var error = await Assert.ThrowsAsync<ApiException>(
            () => AdmitAsync(Jane, "RoleBinding", """{"metadata":{"name":"a"},"roleRef":{"kind":"ClusterRole","name":"wide"},"subjects":[]}"""));

        Assert.Contains("{APIGroups:[\"*\"], Resources:[\"*\"], Verbs:[\"*\"]}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AdmitAsync_OfABindingByWhoMayBindTheRole_IsAdmitted()
    {
        await StoreAsync("roles", "shop", "binder", $$"""{"metadata":{"name":"binder"},"rules":[{"verbs":["bind"],"apiGroups":["{{Group}}"],"resources":["clusterroles"],"resourceNames":["wide"]}]}""");
        await StoreAsync("rolebindings", "shop", "binder", """{"metadata":{"name":"binder"},"roleRef":{"kind":"Role","name":"binder"},"subjects":[{"kind":"User","name":"jane"}]}""");

        await AdmitAsync(Jane, "RoleBinding", """{"metadata":{"name":"a"},"roleRef":{"kind":"ClusterRole","name":"wide"},"subjects":[]}""");
    }

    [Fact]
    public async Task AdmitAsync_ByAMaster_IsAdmitted() =>
        await AdmitAsync(Root, "Role", """{"metadata":{"name":"a"},"rules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}]}""");

    private async Task AdmitAsync(UserInfo user, string kind, string json)
    {
        var definition = new ResourceDefinition { Group = Group, Version = "v1", Kind = kind, Plural = kind.ToLowerInvariant() + "s", Singular = kind.ToLowerInvariant() };
        var write = new WriteRequest { User = user, FieldManager = "test" };
        await new RbacEscalation(new RbacAuthorizer(_store)).AdmitAsync(
            new AdmissionRequest(definition, "shop", JsonNode.Parse(json)!.AsObject(), null, write), TestContext.Current.CancellationToken);
    }

    private Task<StoredObject> StoreAsync(string plural, string namespaceName, string name, string json) =>
        ObjectJson.Store(JsonNode.Parse(json)!.AsObject(), content => _store.CreateAsync(new ResourceKey($"{Group}/{plural}", namespaceName, name), content));
}
