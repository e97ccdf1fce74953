using Pulumi.Serialization;

namespace Pulumi;

/// <summary>The content of a file of this machine, at the path given.</summary>
public sealed class FileAsset : Asset
{
    public FileAsset(string path)
        : base(WireNames.Path, path)
    {
    }
}
