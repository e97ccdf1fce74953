namespace Pulumi;

/// <summary>A file's content, or many files, as an input.</summary>
public abstract class AssetOrArchive
{
    private protected AssetOrArchive(string signature, string property, object value)
    {
        Signature = signature;
        Property = property;
        Value = value;
    }

    /// <summary>Tells assets and archives apart on the wire.</summary>
    internal string Signature { get; }

    /// <summary>What kind of content <see cref="Value"/> is, by its wire name.</summary>
    internal string Property { get; }

    internal object Value { get; }
}
