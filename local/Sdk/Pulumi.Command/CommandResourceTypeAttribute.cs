namespace Pulumi.Command;

/// <summary>The type token of a resource class of this package.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CommandResourceTypeAttribute(string type) : ResourceTypeAttribute(type, Package.Version);
