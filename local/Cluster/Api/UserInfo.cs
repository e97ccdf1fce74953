using System.Collections.Immutable;

namespace Scalelab.Cluster.Api;

/// <summary>Who asks.</summary>
public sealed record UserInfo(string Name, string Uid, ImmutableArray<string> Groups)
{
    public const string Masters = "system:masters";

    public const string Authenticated = "system:authenticated";

    public const string Unauthenticated = "system:unauthenticated";

    public static readonly UserInfo Anonymous = new("system:anonymous", "", [Unauthenticated]);

    /// <summary>The parts of this process: controllers, scheduler, nodes.</summary>
    public static readonly UserInfo Internal = new("system:internal", "", [Masters, Authenticated]);

    /// <summary>Further claims, as authentication's UserInfo carries them.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Extra { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    public bool IsMaster => Groups.Contains(Masters);
}
