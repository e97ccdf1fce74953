using k8s.Models;

namespace Scalelab.Cluster.Api.Reviews;

/// <summary>Kinds that are asked, not stored.</summary>
internal static class ReviewDefinitions
{
    public static ResourceDefinition TokenRequest { get; } = Kind("authentication.k8s.io", "TokenRequest", typeof(Authenticationv1TokenRequest));

    public static ResourceDefinition TokenReview { get; } = Kind("authentication.k8s.io", "TokenReview", typeof(V1TokenReview));

    public static ResourceDefinition SelfSubjectReview { get; } = Kind("authentication.k8s.io", "SelfSubjectReview", typeof(V1SelfSubjectReview));

    public static ResourceDefinition SelfSubjectAccessReview { get; } = Kind("authorization.k8s.io", "SelfSubjectAccessReview", typeof(V1SelfSubjectAccessReview));

    public static ResourceDefinition SelfSubjectRulesReview { get; } = Kind("authorization.k8s.io", "SelfSubjectRulesReview", typeof(V1SelfSubjectRulesReview));

    public static ResourceDefinition SubjectAccessReview { get; } = Kind("authorization.k8s.io", "SubjectAccessReview", typeof(V1SubjectAccessReview));

    public static ResourceDefinition LocalSubjectAccessReview { get; } =
        Kind("authorization.k8s.io", "LocalSubjectAccessReview", typeof(V1LocalSubjectAccessReview)) with { Namespaced = true };

    /// <summary>Those that discovery lists.</summary>
    public static IReadOnlyList<ResourceDefinition> All { get; } = [TokenReview, SelfSubjectReview, LocalSubjectAccessReview, SelfSubjectAccessReview, SelfSubjectRulesReview, SubjectAccessReview];

    private static ResourceDefinition Kind(string group, string kind, Type model) => new()
    {
        Group = group,
        Version = "v1",
        Kind = kind,
        Plural = kind.ToLowerInvariant() + "s",
        Singular = kind.ToLowerInvariant(),
        Namespaced = false,
        Verbs = ["create"],
        ModelType = model,
    };
}
