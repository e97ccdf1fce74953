using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Scalelab.ModelServer.Models.Registry;

namespace Scalelab.ModelServer;

/// <summary>What the environment says: where the models are, where to listen, how to end.</summary>
/// <param name="ModelFolder">Folder of the model that the exercises' routes serve.</param>
/// <param name="Url">Addresses to listen on when neither --urls nor ASPNETCORE_URLS names one, separated by semicolons.</param>
internal sealed record ServerSettings(string ModelFolder, string Url)
{
    private const string Port = "5000";

    // Kubernetes kills a pod 30 seconds after it was told to stop, unless the pod says otherwise.
    private const int LongestDrain = 3600;

    /// <summary>Name of that model; null for the one that its description or its folder gives it.</summary>
    public string? ModelName { get; private init; }

    /// <summary>What the address of a fetched model calls it; null for one that was not fetched.</summary>
    public string? FetchedName { get; private init; }

    /// <summary>A folder of further models, each a folder of its own; null for none.</summary>
    public string? Repository { get; private init; }

    /// <summary>Address to listen on for gRPC; null for not at all.</summary>
    public string? GrpcUrl { get; private init; }

    /// <summary>How long requests are still taken after the server was told to stop.</summary>
    public TimeSpan Drain { get; private init; }

    /// <summary>Largest body of a request with tensors, in bytes.</summary>
    public int MaxBody { get; private init; }

    /// <exception cref="SettingsException">Something is set to what cannot be followed.</exception>
    public static ServerSettings From(IConfiguration configuration, FetchedModel? fetched = null)
    {
        var host = Host(configuration["POD_IP"]);
        var ports = (Setting.Text(configuration, "HTTP_PORT") ?? Port).Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(port => Address(host, "HTTP_PORT", port));
        var folder = fetched?.Folder ?? Setting.Text(configuration, "MODEL_DIR");
        return new ServerSettings(folder is null ? Path.Combine(AppContext.BaseDirectory, "Model") : Path.GetFullPath(folder), string.Join(';', ports))
        {
            FetchedName = fetched?.Name,
            ModelName = Name(Setting.Text(configuration, "MODEL_NAME")),
            Repository = Folder(Setting.Text(configuration, "MODEL_REPOSITORY")),
            GrpcUrl = Setting.Text(configuration, "GRPC_PORT") is { } port ? Address(host, "GRPC_PORT", port) : null,
            Drain = TimeSpan.FromSeconds(Setting.Number(configuration, "DRAIN_SECONDS", (int)Readiness.Farewell.TotalSeconds, 0, LongestDrain)),
            MaxBody = Setting.Number(configuration, "MAX_BODY_MIB", 64, 1, 1024) * 1024 * 1024,
        };
    }

    private static string Address(string host, string key, string port) => ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? $"http://{host}:{number}"
        : throw new SettingsException($"{key} is '{port}', which is no port. Set it to a number from 0 to 65535.");

    private static string? Name(string? name) => name is null || Models.Registry.ModelName.IsValid(name)
        ? name
        : throw new SettingsException($"MODEL_NAME is '{name}'. Letters, digits, '.', '_' and '-' are allowed.");

    private static string? Folder(string? folder) => folder is null || Directory.Exists(folder)
        ? folder is null ? null : Path.GetFullPath(folder)
        : throw new SettingsException($"MODEL_REPOSITORY is '{folder}', which is no folder. Set it to a folder of model folders, or unset it.");

    // The pod's own address where there is one: many pods of one machine listen on the same port.
    private static string Host(string? podIp)
    {
        if (string.IsNullOrWhiteSpace(podIp))
        {
            return "0.0.0.0";
        }
        if (!IPAddress.TryParse(podIp, out var address))
        {
            throw new SettingsException($"POD_IP is '{podIp}', which is not an IP address. Set it to the pod's address (status.podIP), or unset it to listen on all.");
        }
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";
    }
}

/// <summary>The environment says something that cannot be followed. The message says how to mend it.</summary>
internal sealed class SettingsException(string message) : Exception(message);
