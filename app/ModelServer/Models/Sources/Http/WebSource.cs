using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources.Http;

/// <summary>One file on a web server: a network, or an archive of a model's folder.</summary>
internal sealed class WebSource(HttpClient http, ModelSourceOptions options, TimeProvider time) : IRemoteSource
{
    private const string DigestKey = "sha256=";

    public async Task<IReadOnlyList<RemoteFile>> ListAsync(string uri, CancellationToken cancellationToken)
    {
        var shown = SourceName.Show(uri);
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var address) || address.Host.Length == 0 || SourceName.Climbs(shown))
        {
            throw new ModelException($"{shown} is not a web address without '..'. Write https://host/path.");
        }
        var sha256 = Digest(address, shown);
        var file = new RemoteFile
        {
            Path = FileName(address),
            Name = shown,
            Uri = new UriBuilder(address) { UserName = "", Password = "", Fragment = "" }.Uri,
            SendAsync = Sender(address),
            Packing = Packing.Auto,
            Check = _ => sha256 is null ? null : ContentCheck.Sha256(sha256, "the address's fragment"),
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, file.Uri);
        // One byte tells the size and the version of all of them. HEAD would be simpler, and is refused where addresses are signed for GET.
        request.Headers.Range = new RangeHeaderValue(0, 0);
        using var response = await new Requests(options.Silence, time).SendAsync(request, file.SendAsync, cancellationToken);
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            throw await Answers.RefusalAsync(response, file, cancellationToken);
        }
        var size = response.StatusCode == HttpStatusCode.OK ? response.Content.Headers.ContentLength : response.Content.Headers.ContentRange?.Length;
        var validator = Validator(response);
        return
        [
            file with
            {
                Size = size,
                Validator = validator,
                Version = sha256 is not null ? $"sha256:{sha256}" : validator is null ? null : $"{file.Uri.AbsoluteUri}\t{validator}\t{size}",
            },
        ];
    }

    public void Dispose()
    {
    }

    private Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> Sender(Uri address)
    {
        var headers = Headers(address.Host);
        var user = address.UserInfo.Length > 0
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))))
            : null;
        return (request, cancellationToken) =>
        {
            request.Headers.Authorization = user;
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
            return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        };
    }

    // KServe's storage initializer takes a host's headers, as a JSON object, from the variable <host>-headers.
    private Dictionary<string, string> Headers(string host)
    {
        var variable = $"{host}-headers";
        if (options.Variable(variable) is not { Length: > 0 } json)
        {
            return [];
        }
        try
        {
            return JsonSerializer.Deserialize(json, HeadersJson.Default.DictionaryStringString) ?? [];
        }
        catch (JsonException exception)
        {
            throw new ModelException($$"""The variable {{variable}} is not a JSON object of texts. Write it as {"Authorization": "Bearer <token>"}.""", exception);
        }
    }

    private static string? Digest(Uri address, string shown)
    {
        var fragment = address.Fragment.TrimStart('#');
        if (fragment.Length == 0)
        {
            return null;
        }
        var hex = fragment.StartsWith(DigestKey, StringComparison.Ordinal) ? fragment[DigestKey.Length..].ToLowerInvariant() : "";
        return ContentCheck.IsHex(hex, 64)
            ? hex
            : throw new ModelException($"{shown} ends in '#{fragment}'. After # a digest may stand, #sha256= and 64 hexadecimal digits, and nothing else.");
    }

    // If-Range needs a strong one (RFC 9110, section 13.1.5): a tag, or else a date.
    private static string? Validator(HttpResponseMessage response) => response.Headers.ETag is { IsWeak: false } tag
        ? tag.ToString()
        : response.Content.Headers.LastModified?.ToString("R");

    private static string FileName(Uri address)
    {
        var name = Uri.UnescapeDataString(address.Segments[^1].TrimEnd('/'));
        return name.Length == 0 ? Classifier.NetworkFile : name;
    }
}
