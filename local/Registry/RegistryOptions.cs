using System.Net;

namespace Scalelab.Registry;

/// <summary>Where a <see cref="RegistryServer"/> listens and keeps its content.</summary>
public sealed record RegistryOptions
{
    /// <summary>Folder of everything the registry stores; created when missing. Only one server may use it at a time.</summary>
    public required string Folder { get; init; }

    /// <summary>Address and port to listen on: 127.0.0.1:5000 by default, port 0 for any free one. The registry has no
    /// accounts, so only loopback addresses are accepted.</summary>
    public IPEndPoint Endpoint { get; init; } = new(IPAddress.Loopback, 5000);

    /// <summary>An upload that received nothing for this long is dropped with what it stored: one hour by default.</summary>
    public TimeSpan UploadTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Uploads open at one time, 1,000 by default; one more is refused with TOOMANYREQUESTS.</summary>
    public int MaxUploads { get; init; } = 1_000;

    /// <summary>Largest manifest in bytes: 4 MiB by default, the size that the distribution specification asks registries to accept.</summary>
    public int MaxManifestBytes { get; init; } = 4 * 1024 * 1024;
}
