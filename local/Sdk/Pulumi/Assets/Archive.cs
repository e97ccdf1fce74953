using Pulumi.Serialization;

namespace Pulumi;

/// <summary>Many files.</summary>
public abstract class Archive : AssetOrArchive
{
    private protected Archive(string property, object value)
        : base(WireNames.ArchiveSignature, property, value)
    {
    }
}
