using System.Collections.Immutable;

namespace Scalelab.Cluster.Api.Security;

/// <summary>The object that a token is bound to.</summary>
/// <param name="Claim">Its place in the token: <c>pod</c>, <c>secret</c> or <c>node</c>.</param>
internal sealed record BoundObject(string Claim, string Name, string Uid)
{
    /// <summary>What a token can be bound to.</summary>
    public static ImmutableArray<BoundKind> Kinds { get; } =
    [
        new("Pod", "pod", "pods", true),
        new("Secret", "secret", "secrets", true),
        new("Node", "node", "nodes", false),
    ];
}

/// <param name="Claim">The place in the token.</param>
/// <param name="Resource">As the store knows it.</param>
internal sealed record BoundKind(string Kind, string Claim, string Resource, bool Namespaced)
{
    /// <summary>Adds what the user's claims say of it.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Describe(ImmutableDictionary<string, ImmutableArray<string>> extra, string name, string uid) => Kind == "Secret"
        ? extra
        : extra.SetItem($"authentication.kubernetes.io/{Claim}-name", [name]).SetItem($"authentication.kubernetes.io/{Claim}-uid", [uid]);
}
