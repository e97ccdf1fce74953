using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

internal static class ConfigMapDefinition
{
    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "ConfigMap",
        Plural = "configmaps",
        Singular = "configmap",
        ShortNames = ["cm"],
        ModelType = typeof(V1ConfigMap),
        Validate = ConfigMapValidation.Validate,
        Columns = [Columns.Name, Columns.Text("Data", static resource => resource.Entries("data").Count() + resource.Entries("binaryData").Count()), Columns.Age],
    };
}
