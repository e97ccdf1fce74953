using System.Collections.Immutable;
using Pulumi.Serialization;

namespace Pulumi;

/// <summary>Assets and archives by the path they have inside this one.</summary>
public sealed class AssetArchive : Archive
{
    public AssetArchive(IDictionary<string, AssetOrArchive> assets)
        : base(WireNames.Assets, assets.ToImmutableDictionary())
    {
    }
}
