using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace Scalelab.ClusterBench;

/// <summary>The API as a client sees it, with the administrator's token.</summary>
internal sealed partial class Api : IDisposable
{
    private readonly X509Certificate2 _authority;

    public Api(string kubeconfig)
    {
        var text = File.ReadAllText(kubeconfig);
        Address = new Uri(Server().Match(text).Groups[1].Value);
        Token = TokenLine().Match(text).Groups[1].Value;
        _authority = X509CertificateLoader.LoadCertificate(Encoding.ASCII.GetBytes(
            Encoding.ASCII.GetString(Convert.FromBase64String(AuthorityLine().Match(text).Groups[1].Value))));
        Http = Connect();
    }

    public Uri Address { get; }

    public string Token { get; }

    /// <summary>As many connections as there are requests at a time.</summary>
    public HttpClient Http { get; }

    /// <summary>A client with connections of its own.</summary>
    public HttpClient Connect()
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => IsOurs(certificate) },
        })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromMinutes(2),
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("bench", "1"));
        return client;
    }

    public Task PostAsync(string path, string body) => SendAsync(Http, HttpMethod.Post, path, body, "application/json");

    public static async Task SendAsync(HttpClient client, HttpMethod method, string path, string body, string type)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)) };
        using var response = await client.SendAsync(request).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.Conflict)
        {
            throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync().ConfigureAwait(false)}");
        }
    }

    /// <summary>Creates many objects, eight at a time.</summary>
    public Task PostManyAsync(string path, int count, Func<int, string> body) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (index, _) => await PostAsync(path, body(index)).ConfigureAwait(false));

    public void Dispose()
    {
        Http.Dispose();
        _authority.Dispose();
    }

    private bool IsOurs(X509Certificate? certificate) => certificate?.Issuer == _authority.Subject;

    [GeneratedRegex(@"server: (\S+)")]
    private static partial Regex Server();

    [GeneratedRegex(@"token: (\S+)")]
    private static partial Regex TokenLine();

    [GeneratedRegex(@"certificate-authority-data: (\S+)")]
    private static partial Regex AuthorityLine();
}
