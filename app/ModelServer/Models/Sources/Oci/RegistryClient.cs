using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Models.Sources.Http;

namespace Scalelab.ModelServer.Models.Sources.Oci;

/// <summary>Sends requests to one repository, with the login that its registry asks for.</summary>
internal sealed class RegistryClient(HttpClient http, OciReference reference, AuthenticationHeaderValue? login)
{
    private AuthenticationHeaderValue? _authorization;

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _authorization;
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }
        using (response)
        {
            _authorization = await LogInAsync(response, cancellationToken);
        }
        using var again = new HttpRequestMessage(request.Method, request.RequestUri);
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            again.Headers.TryAddWithoutValidation(name, values);
        }
        again.Headers.Authorization = _authorization;
        return await http.SendAsync(again, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    // The registry says how it wants to be asked (distribution specification, "Token Authentication").
    private async Task<AuthenticationHeaderValue?> LogInAsync(HttpResponseMessage refusal, CancellationToken cancellationToken)
    {
        var challenges = refusal.Headers.WwwAuthenticate;
        if (challenges.FirstOrDefault(challenge => challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) is not { Parameter: { } text })
        {
            return challenges.Any(challenge => challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) ? login : null;
        }
        var parameters = Challenge.Parse(text);
        if (!parameters.TryGetValue("realm", out var realm) || !Uri.TryCreate(realm, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            throw new ModelException($"{reference}: the registry asks for a token from '{realm}', which is no https address. Ask whoever runs it.");
        }
        var service = parameters.GetValueOrDefault("service");
        var scope = parameters.GetValueOrDefault("scope", $"repository:{reference.Repository}:pull");
        var query = $"scope={Uri.EscapeDataString(scope)}{(service is null ? "" : $"&service={Uri.EscapeDataString(service)}")}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(address) { Query = query }.Uri);
        request.Headers.Authorization = login;
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var said = await Answers.TextAsync(response, cancellationToken);
            throw new ModelException($"{reference}: {address.Host} gives no token, it answers {(int)response.StatusCode}{said}. {Advice(login is null)}");
        }
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var token = await JsonSerializer.DeserializeAsync(stream, OciJson.Default.OciToken, cancellationToken);
            return new AuthenticationHeaderValue("Bearer", token?.Token ?? token?.AccessToken ?? throw new JsonException("it holds no token."));
        }
        catch (JsonException exception)
        {
            throw new ModelException($"{reference}: what {address.Host} answers is no token: {exception.Message} Ask whoever runs it.", exception);
        }
    }

    /// <summary>What to do where a login is missing or wrong.</summary>
    public static string Advice(bool isAnonymous) => isAnonymous
        ? "Check the address; where it is private, put a login into DOCKER_CONFIG's config.json, as 'docker login' does."
        : "Check the login in DOCKER_CONFIG's config.json, and that it may read this repository.";
}
