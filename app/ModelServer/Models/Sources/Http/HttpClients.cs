using System.Net;
using System.Net.Security;

namespace Scalelab.ModelServer.Models.Sources.Http;

/// <summary>Clients that models are fetched with.</summary>
internal static class HttpClients
{
    private const int MaxRedirections = 5;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    /// <summary>A client without a deadline of its own: whoever uses it has one, and watches for silence.</summary>
    /// <param name="followRedirects">False where a signature holds for one address only.</param>
    /// <param name="tls">Whom to trust; the machine's authorities when null.</param>
    public static HttpClient Create(bool followRedirects = true, SslClientAuthenticationOptions? tls = null)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            AllowAutoRedirect = followRedirects,
            MaxAutomaticRedirections = MaxRedirections,
            // Lengths, ranges and digests are those of the bytes as they are stored.
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
        };
        if (tls is not null)
        {
            handler.SslOptions = tls;
        }
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
