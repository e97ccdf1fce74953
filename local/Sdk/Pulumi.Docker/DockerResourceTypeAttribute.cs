namespace Pulumi.Docker;

/// <summary>The type token of a resource class of this package.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class DockerResourceTypeAttribute(string type) : ResourceTypeAttribute(type, Package.Version);
