using System.Collections.Immutable;

namespace Scalelab.Cluster.Api;

/// <summary>Who asks.</summary>
public sealed record UserInfo(string Name, string Uid, ImmutableArray<string> Groups)
{
    public const string Masters = "system:masters";

    public static readonly UserInfo Anonymous = new("system:anonymous", "", ["system:unauthenticated"]);

    /// <summary>The parts of this process: controllers, scheduler, nodes.</summary>
    public static readonly UserInfo Internal = new("system:internal", "", [Masters, "system:authenticated"]);

    /// <summary>Further claims, as authentication's UserInfo carries them.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Extra { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    public bool IsMaster => Groups.Contains(Masters);
}
