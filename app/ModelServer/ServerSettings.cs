using System.Net;
using System.Net.Sockets;

namespace Scalelab.ModelServer;

/// <summary>What the environment says: where the model is, where to listen.</summary>
/// <param name="ModelFolder">Folder with model.onnx and model.json.</param>
/// <param name="Url">Address to listen on when neither --urls nor ASPNETCORE_URLS names one.</param>
internal sealed record ServerSettings(string ModelFolder, string Url)
{
    private const int Port = 5000;

    /// <exception cref="SettingsException">POD_IP is not an address.</exception>
    public static ServerSettings From(IConfiguration configuration)
    {
        var folder = configuration["MODEL_DIR"];
        return new ServerSettings(
            string.IsNullOrWhiteSpace(folder) ? Path.Combine(AppContext.BaseDirectory, "Model") : Path.GetFullPath(folder),
            $"http://{Host(configuration["POD_IP"])}:{Port}");
    }

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
