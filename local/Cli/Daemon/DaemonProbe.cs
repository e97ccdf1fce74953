using System.Diagnostics.CodeAnalysis;
using Scalelab.Engine;

namespace Scalelab.Cli.Daemon;

/// <summary>Asks the daemon's servers whether they answer, so that a hung one is told at once and by name.</summary>
internal static class DaemonProbe
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <exception cref="EngineException">One of them does not answer.</exception>
    [SuppressMessage("Security", "CA5359", Justification = "Nothing secret is sent here; the clients that do the work verify the certificate.")]
    public static async Task CheckAsync(DaemonRecord record, LabHome home, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true }, UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = Deadline };
        await Task.WhenAll(
            CheckAsync(client, "registry", $"http://{record.Registry}/v2/", home, cancellationToken),
            CheckAsync(client, "Kubernetes API", $"{record.Api}/livez", home, cancellationToken)).ConfigureAwait(false);
    }

    private static async Task CheckAsync(HttpClient client, string part, string address, LabHome home, CancellationToken cancellationToken)
    {
        string reason;
        try
        {
            using var response = await client.GetAsync(new Uri(address), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            // Who asks for a token is alive.
            if ((int)response.StatusCode < 500)
            {
                return;
            }

            reason = $"it answers {(int)response.StatusCode}";
        }
        catch (HttpRequestException e)
        {
            reason = e.Message;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            reason = $"no answer within {Deadline.TotalSeconds} s";
        }

        throw new EngineException($"The {part} at {address} does not answer ({reason}). Run 'lab stop' and 'lab start'; the log is {home.DaemonLog}.");
    }
}
