namespace Pulumi.Kubernetes;

/// <summary>The type token of a resource class of this package.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class KubernetesResourceTypeAttribute(string type) : ResourceTypeAttribute(type, Package.Version);
