using Pulumi.Serialization;

namespace Pulumi;

/// <summary>The archive behind an http, https or file address.</summary>
public sealed class RemoteArchive : Archive
{
    public RemoteArchive(string uri)
        : base(WireNames.Uri, uri)
    {
    }
}
