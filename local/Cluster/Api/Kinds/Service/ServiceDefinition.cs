using System.Collections.Immutable;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

internal static class ServiceDefinition
{
    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Service",
        Plural = "services",
        Singular = "service",
        ShortNames = ["svc"],
        Categories = ["all"],
        ModelType = typeof(V1Service),
        HasStatus = true,
        Subresources = [new SubresourceDefinition("proxy", "ServiceProxyOptions", ["create", "delete", "get", "patch", "update"])],
        ReturnsDeletedObject = true,
        AllowCreateOnUpdate = true,
        SelectableFields = ImmutableDictionary<string, Func<JsonObject, string>>.Empty
            .Add("spec.clusterIP", static resource => resource.Text("spec", "clusterIP"))
            .Add("spec.type", static resource => resource.Text("spec", "type")),
        ValidateName = ServiceValidation.Name,
        Default = ServiceDefaults.Apply,
        PrepareForCreate = ServiceDefaults.PrepareForCreate,
        PrepareForUpdate = ServiceDefaults.PrepareForUpdate,
        PrepareForStatusUpdate = static (_, resource) => ServiceDefaults.ApplyToStatus(resource),
        Validate = ServiceValidation.Validate,
        ValidateStatus = ServiceValidation.ValidateStatus,
        Columns = ServicePrinter.Columns,
    };
}
