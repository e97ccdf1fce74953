using Scalelab.Cluster.Api.Http;

namespace Scalelab.Cluster.Api.Security;

/// <summary>Who may do what.</summary>
internal interface IAuthorizer
{
    /// <summary>Whether a user may act on a resource.</summary>
    bool Allows(UserInfo user, ResourceAttributes attributes);

    /// <summary>Refuses a request that its user may not make.</summary>
    /// <param name="path">The path as it came; <paramref name="parsed"/> is the same taken apart, where it names a resource.</param>
    /// <exception cref="ApiException">403.</exception>
    void Authorize(UserInfo user, string verb, string path, RequestPath? parsed);
}

/// <summary>An action on a resource.</summary>
/// <param name="Namespace">Empty for the cluster scope.</param>
/// <param name="Name">Empty for a collection.</param>
internal sealed record ResourceAttributes(string Verb, string Group, string Resource, string Subresource, string Namespace, string Name);
