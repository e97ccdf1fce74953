using Pulumi.Serialization;

namespace Pulumi;

/// <summary>The content behind an http, https or file address.</summary>
public sealed class RemoteAsset : Asset
{
    public RemoteAsset(string uri)
        : base(WireNames.Uri, uri)
    {
    }
}
