namespace Scalelab.Cluster.Api.Security;

/// <summary>An action on a resource.</summary>
/// <param name="Namespace">Empty for the cluster scope.</param>
/// <param name="Name">Empty for a collection.</param>
internal sealed record ResourceAttributes(string Verb, string Group, string Resource, string Subresource, string Namespace, string Name)
{
    /// <summary>The resource as roles name it: <c>pods/log</c>.</summary>
    public string Combined => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";
}

/// <summary>What an authorizer says.</summary>
/// <param name="Reason">Why, in upstream's words; empty where there is nothing to say.</param>
internal readonly record struct Decision(bool Allowed, string Reason);
