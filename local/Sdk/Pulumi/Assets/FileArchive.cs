using Pulumi.Serialization;

namespace Pulumi;

/// <summary>A folder, or a .tar, .tar.gz or .zip file of this machine, at the path given.</summary>
public sealed class FileArchive : Archive
{
    public FileArchive(string path)
        : base(WireNames.Path, path)
    {
    }
}
