using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>A package that is made by giving parameters to another one's provider; SDKs generated for such packages pass it along.</summary>
[SuppressMessage("Design", "CA1034", Justification = "Pulumi's public API.")]
[SuppressMessage("Design", "CA1054", Justification = "Pulumi's public API.")]
[SuppressMessage("Design", "CA1056", Justification = "Pulumi's public API.")]
public sealed class RegisterPackageRequest
{
    public RegisterPackageRequest(
        string name,
        string version,
        string? downloadUrl,
        Dictionary<string, byte[]>? checksums,
        PackageParameterization? parameterization)
        : this(name, version, downloadUrl, checksums, parameterization, extension: null)
    {
    }

    /// <param name="name">The provider's name.</param>
    /// <param name="version">The provider's version.</param>
    /// <param name="downloadUrl">Where the provider is downloaded; null for the usual place.</param>
    /// <param name="checksums">Of the provider, by platform.</param>
    /// <param name="parameterization">The package that the provider becomes.</param>
    /// <param name="extension">The package that is laid over the provider's own.</param>
    public RegisterPackageRequest(
        string name,
        string version,
        string? downloadUrl,
        Dictionary<string, byte[]>? checksums = null,
        PackageParameterization? parameterization = null,
        PackageParameterization? extension = null)
    {
        Name = name;
        Version = version;
        DownloadUrl = downloadUrl ?? "";
        Checksums = checksums ?? [];
        Parameterization = parameterization;
        Extension = extension;
    }

    public string Name { get; }

    public string Version { get; }

    public string DownloadUrl { get; }

    public Dictionary<string, byte[]> Checksums { get; }

    public PackageParameterization? Parameterization { get; }

    public PackageParameterization? Extension { get; }

    /// <summary>What a provider is given to serve another package.</summary>
    public sealed class PackageParameterization
    {
        public PackageParameterization(string name, string version, byte[] value)
        {
            Name = name;
            Version = version;
            Value = value;
        }

        public string Name { get; }

        public string Version { get; }

        [SuppressMessage("Performance", "CA1819", Justification = "Pulumi's public API.")]
        public byte[] Value { get; }
    }
}
