using Pulumi.Serialization;

namespace Pulumi;

/// <summary>One file's content.</summary>
public abstract class Asset : AssetOrArchive
{
    private protected Asset(string property, string value)
        : base(WireNames.AssetSignature, property, value)
    {
    }
}
