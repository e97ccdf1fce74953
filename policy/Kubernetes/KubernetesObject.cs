using Scalelab.Policy.Framework;

namespace Scalelab.Policy.Kubernetes;

/// <summary>A resource that is a Kubernetes object.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Group">Its API group; <c>core</c> for the one without a name.</param>
/// <param name="Kind">Its kind.</param>
internal sealed record KubernetesObject(Resource Resource, string Group, string Kind)
{
    private const string TypePrefix = "kubernetes:";

    public Property Spec => Resource.Properties["spec"];

    public Property Metadata => Resource.Properties["metadata"];

    public Property Name => Metadata["name"];

    public Property Namespace => Metadata["namespace"];

    /// <summary>The object behind a resource; null for anything else.</summary>
    public static KubernetesObject? Of(Resource resource)
    {
        // kubernetes:apps/v1:Deployment
        if (!resource.Type.StartsWith(TypePrefix, StringComparison.Ordinal) || resource.Type[TypePrefix.Length..].Split(':') is not [var version, var kind])
        {
            return null;
        }

        var slash = version.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? null : new KubernetesObject(resource, version[..slash], kind);
    }

    /// <summary>The object behind a resource where it is of the given kind.</summary>
    public static KubernetesObject? Of(Resource resource, string group, string kind) =>
        Of(resource) is { } found && found.Group == group && found.Kind == kind ? found : null;

    /// <summary>The reason that an annotation of the object, or of the pods that it makes, gives for an exception from a rule; null where it gives none.</summary>
    public static string? ReasonFor(Rule rule, Resource resource) => new[] { Of(resource)?.Metadata, PodTemplate.Of(resource)?.Metadata }
        .Select(metadata => metadata?["annotations"][rule.ReasonAnnotation].Text?.Trim())
        .FirstOrDefault(reason => !string.IsNullOrEmpty(reason));
}
