using Pulumi.Serialization;

namespace Pulumi;

/// <summary>The given text.</summary>
public sealed class StringAsset : Asset
{
    public StringAsset(string text)
        : base(WireNames.Text, text)
    {
    }
}
