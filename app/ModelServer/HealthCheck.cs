using System.Net;

namespace Scalelab.ModelServer;

/// <summary><c>dotnet ModelServer.dll health</c>: asks the server in the same container whether it lives. Images without a shell have nothing else to ask with.</summary>
internal static class HealthCheck
{
    public const string Verb = "health";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Asks /healthz where the environment lets the server listen.</summary>
    /// <returns>0 when it answers 200; 1 otherwise, with the reason as a line.</returns>
    public static async Task<int> RunAsync(IConfiguration configuration, TextWriter error)
    {
        var address = Address(configuration);
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
            using var answer = await client.GetAsync(address);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return 0;
            }
            await error.WriteLineAsync($"model-server: {address} answers {(int)answer.StatusCode}.");
        }
        catch (HttpRequestException exception)
        {
            await error.WriteLineAsync($"model-server: {address} does not answer: {exception.Message}");
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync($"model-server: {address} does not answer within {Patience.TotalSeconds} s.");
        }
        return 1;
    }

    /// <exception cref="SettingsException">The environment says something that cannot be followed.</exception>
    private static Uri Address(IConfiguration configuration)
    {
        var urls = Setting.Text(configuration, "ASPNETCORE_URLS") ?? ServerSettings.From(configuration).Url;
        var listening = BindingAddress.Parse(urls.Split(';')[0]);
        // What listens on every address has no address of its own.
        var host = IPAddress.TryParse(listening.Host.Trim('[', ']'), out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any) ? listening.Host : "127.0.0.1";
        return new Uri($"{listening.Scheme}://{host}:{listening.Port}/healthz");
    }
}
