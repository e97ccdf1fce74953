using Scalelab.Engine.Properties;

namespace Scalelab.Engine.State;

/// <summary>Names one configured provider: the URN of its resource and its id, written <c>URN::ID</c>.</summary>
internal readonly record struct ProviderReference(Urn Urn, string Id)
{
    private const string TypePrefix = "pulumi:providers:";

    /// <summary>False for a provider that a preview would create.</summary>
    public bool IsKnown => Id != Signatures.Unknown;

    public static bool IsProviderType(string type) => type.StartsWith(TypePrefix, StringComparison.Ordinal);

    /// <summary>The package of a provider type: <c>kubernetes</c> of <c>pulumi:providers:kubernetes</c>.</summary>
    public static string PackageOfProvider(string type) => type[TypePrefix.Length..];

    public static string ProviderType(string package) => TypePrefix + package;

    /// <summary>The package of a resource type or function token: its first part.</summary>
    public static string PackageOf(string token) => token.Split(':', 2)[0];

    public static bool TryParse(string? text, out ProviderReference reference)
    {
        var separator = text?.LastIndexOf("::", StringComparison.Ordinal) ?? -1;
        reference = separator > 0 ? new ProviderReference(new Urn(text![..separator]), text[(separator + 2)..]) : default;
        return separator > 0 && Urn.TryParse(reference.Urn.Value, out _) && IsProviderType(reference.Urn.Type);
    }

    public override string ToString() => $"{Urn}::{Id}";
}
