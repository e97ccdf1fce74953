using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Security;

/// <summary>Stores what is missing of <see cref="BootstrapPolicy"/>. All at once, so that they share one write to the disk.</summary>
internal static class PolicyBootstrap
{
    public static Task RunAsync(ResourceService service, CancellationToken cancellationToken) =>
        Task.WhenAll(BootstrapPolicy.Objects().Select(value => EnsureAsync(service, value, cancellationToken)));

    private static async Task EnsureAsync(ResourceService service, JsonObject value, CancellationToken cancellationToken)
    {
        var definition = service.Catalog.Current.Of(value.Text("kind") == "ClusterRole" ? typeof(V1ClusterRole) : typeof(V1ClusterRoleBinding));
        if (service.Store.State.Get(ResourceService.KeyOf(definition, null, value.Name())) is null)
        {
            var write = new WriteRequest { User = UserInfo.Internal, FieldManager = "kube-apiserver", FieldValidation = FieldValidation.Ignore };
            await service.CreateAsync(definition, null, Defaulting.Decode(definition, value, FieldValidation.Ignore, [], []), write, cancellationToken);
        }
    }
}
