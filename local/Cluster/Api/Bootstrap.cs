using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Security;

namespace Scalelab.Cluster.Api;

/// <summary>The objects that every cluster has from the start.</summary>
internal static class Bootstrap
{
    private static readonly string[] Namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    /// <summary>Stores what is missing of them. They are told as JSON: the client library's types cost more to prepare than all else that a start does.</summary>
    public static async Task RunAsync(ResourceService service, CancellationToken cancellationToken)
    {
        await EnsureAsync(service, [.. Namespaces.Select(name => Object("Namespace", new JsonObject { ["name"] = name })), .. BootstrapPolicy.Objects()], cancellationToken);

        // After their namespaces. No pod is admitted without one, and a cluster that says it is ready takes pods.
        await EnsureAsync(
            service, Namespaces.Select(name => Object("ServiceAccount", new JsonObject { ["name"] = "default", ["namespace"] = name })), cancellationToken);
    }

    private static JsonObject Object(string kind, JsonObject metadata) => new() { ["apiVersion"] = "v1", ["kind"] = kind, ["metadata"] = metadata };

    /// <summary>All at once, so that they share one write to the disk.</summary>
    private static Task EnsureAsync(ResourceService service, IEnumerable<JsonObject> values, CancellationToken cancellationToken) =>
        Task.WhenAll(values.Select(value => EnsureAsync(service, value, cancellationToken)));

    private static async Task EnsureAsync(ResourceService service, JsonObject value, CancellationToken cancellationToken)
    {
        var definition = service.Catalog.Current.FindKind(value.Text("apiVersion")!, value.Text("kind")!)!;
        var namespaceName = value["metadata"]!.AsObject().Text("namespace");
        if (service.Store.State.Get(ResourceService.KeyOf(definition, namespaceName, value.Name())) is null)
        {
            var write = new WriteRequest { User = UserInfo.Internal, FieldManager = "kube-apiserver", FieldValidation = FieldValidation.Ignore };
            await service.CreateAsync(definition, namespaceName, Defaulting.Decode(definition, value, FieldValidation.Ignore, [], []), write, cancellationToken);
        }
    }
}
