using System.Collections.Concurrent;
using Google.Protobuf;
using Pulumirpc;

namespace Pulumi;

public sealed partial class Deployment
{
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _packages = new();

    /// <summary>The engine's name for a package that is made by parameters; empty for an ordinary one. Each package is told once.</summary>
    private async Task<string> ReferToAsync(RegisterPackageRequest? package)
    {
        if (package == null)
        {
            return "";
        }

        await RequireFeatureAsync("parameterization", "packages that are made by parameters").ConfigureAwait(false);
        var message = ToMessage(package);
        return await _packages.GetOrAdd(message.ToString(), _ => new Lazy<Task<string>>(() => _monitor.RegisterPackageAsync(message)))
            .Value.ConfigureAwait(false);
    }

    private static Pulumirpc.RegisterPackageRequest ToMessage(RegisterPackageRequest package)
        => new()
        {
            Name = package.Name,
            Version = package.Version,
            DownloadUrl = package.DownloadUrl,
            Checksums = { package.Checksums.ToDictionary(entry => entry.Key, entry => ByteString.CopyFrom(entry.Value)) },
            Parameterization = ToMessage(package.Parameterization),
            Extension = ToMessage(package.Extension),
        };

    private static Parameterization? ToMessage(RegisterPackageRequest.PackageParameterization? parameters)
        => parameters == null
            ? null
            : new Parameterization { Name = parameters.Name, Version = parameters.Version, Value = ByteString.CopyFrom(parameters.Value) };
}
