using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>The cluster refused a request.</summary>
internal sealed class KubeStatusException(HttpStatusCode code, string reason, string message) : Exception(message)
{
    public HttpStatusCode Code { get; } = code;

    /// <summary>The machine-readable reason, such as AlreadyExists.</summary>
    public string Reason { get; } = reason;

    /// <summary>What is wrong with which field, where the cluster says it.</summary>
    public IReadOnlyList<(string Field, string Message)> Causes { get; init; } = [];
}

/// <summary>The cluster did not answer.</summary>
internal sealed class KubeUnreachableException(string message, bool mayBeGone, Exception innerException) : Exception(message, innerException)
{
    /// <summary>
    /// Nobody listens where the kubeconfig points to, so that the cluster may not exist any more. False when somebody does but says nothing
    /// in time, or is not who was expected.
    /// </summary>
    public bool MayBeGone { get; } = mayBeGone;
}

/// <summary>One change that a watch reports.</summary>
internal sealed record KubeEvent(string Type, JsonObject Object);

/// <summary>
/// JSON requests to one cluster, through the official client's authenticated connection. Which kinds a cluster has is its own affair, so
/// that nothing here is typed.
/// </summary>
internal sealed class KubeConnection : IDisposable
{
    private static readonly TimeSpan TimeToConnect = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TimeToAnswer = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TimeToAnswerProbe = TimeSpan.FromSeconds(15);

    private readonly k8s.Kubernetes _client;
    private readonly TimeProvider _time;
    private readonly string _where;

    public KubeConnection(KubernetesClientConfiguration configuration, TimeProvider time)
    {
        configuration.FirstMessageHandlerSetup = handler => handler.ConnectTimeout = TimeToConnect;
        configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
        _client = new k8s.Kubernetes(configuration);
        _time = time;
        _where = $"the cluster at {configuration.Host} (context '{configuration.CurrentContext}')";
    }

    /// <summary>Returns when the cluster has answered anything that is not a refusal, and gives up sooner than others do.</summary>
    public Task<JsonObject> ProbeAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, "/version", body: null, "", TimeToAnswerProbe, cancellationToken);

    /// <summary>The object, or null when there is none.</summary>
    public async Task<JsonObject?> FindAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, path, body: null, "", cancellationToken);
        }
        catch (KubeStatusException e) when (e.Code == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public async Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) => await SendAsync(HttpMethod.Get, path, body: null, "", cancellationToken);

    public Task<JsonObject> CreateAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body, "application/json", cancellationToken);

    public Task<JsonObject> ApplyAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, path, body, "application/apply-patch+yaml", cancellationToken);

    /// <summary>Applies a JSON patch, RFC 6902.</summary>
    public Task<JsonObject> PatchAsync(string path, JsonArray patch, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, path, patch, "application/json-patch+json", cancellationToken);

    public Task<JsonObject> DeleteAsync(string path, JsonObject options, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, options, "application/json", cancellationToken);

    /// <summary>The last lines of a container's log; empty when there is none.</summary>
    public async Task<string> LogAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new CancellationTokenSource(TimeToAnswer, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            using var response = await OpenAsync(HttpMethod.Get, path, body: null, "", either.Token);
            return response.IsSuccessStatusCode ? (await response.Content.ReadAsStringAsync(either.Token)).Trim() : "";
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Logs only enrich a message; the failure that the message is about must not be hidden behind them.
            return "";
        }
    }

    /// <summary>
    /// What a list holds, as ADDED events, and from then on every change. When the server ends the watch, it is taken up again with a new
    /// list. Ends only by cancellation.
    /// </summary>
    /// <param name="path">The collection.</param>
    /// <param name="selector"><c>fieldSelector=…</c> or <c>labelSelector=…</c>, escaped.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<KubeEvent> WatchAsync(string path, string selector, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var list = await GetAsync($"{path}?{selector}", cancellationToken);
            foreach (var item in list.Items("items"))
            {
                // A typed list says what its items are once, not in each.
                item["apiVersion"] ??= list.Text("apiVersion");
                item["kind"] ??= list.Text("kind")?.Replace("List", "", StringComparison.Ordinal);
                yield return new KubeEvent("ADDED", (JsonObject)item);
            }

            // After a break, what vanished in between is missing in the list; receivers that wait for an absence look at this.
            yield return new KubeEvent("LISTED", list);
            var version = list.Text("metadata", "resourceVersion");
            await foreach (var change in ChangesAsync($"{path}?{selector}&watch=true&resourceVersion={version}", cancellationToken))
            {
                yield return change;
            }

            // A server that ends watches at once must not be asked in a tight loop.
            await Task.Delay(TimeSpan.FromMilliseconds(200), _time, cancellationToken);
        }
    }

    public void Dispose() => _client.Dispose();

    private async IAsyncEnumerable<KubeEvent> ChangesAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(HttpMethod.Get, path, body: null, "", cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            yield break;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(stream);
        while (await ReadLineAsync(reader, cancellationToken) is { } line)
        {
            if (Parse(line) is not { } change || change.Type == "ERROR")
            {
                yield break;
            }

            yield return change;
        }
    }

    private static async Task<string?> ReadLineAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // The connection broke: the same as a watch that the server ended.
            return null;
        }
    }

    private static KubeEvent? Parse(string line)
    {
        try
        {
            var json = JsonNode.Parse(line);
            return json.Text("type") is { } type && json.At("object") is JsonObject item ? new KubeEvent(type, item) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Task<JsonObject> SendAsync(HttpMethod method, string path, JsonNode? body, string contentType, CancellationToken cancellationToken) =>
        SendAsync(method, path, body, contentType, TimeToAnswer, cancellationToken);

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonNode? body, string contentType, TimeSpan timeToAnswer, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeToAnswer, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            using var response = await OpenAsync(method, path, body, contentType, either.Token);
            var text = await response.Content.ReadAsStringAsync(either.Token);
            var json = ParseObject(text);
            return response.IsSuccessStatusCode
                ? json ?? throw new KubeStatusException(response.StatusCode, "", $"{_where} answered {method} {path} with something that is not a JSON object.")
                : throw new KubeStatusException(response.StatusCode, json.Text("reason") ?? "", json.Text("message") ?? $"{_where} answered {method} {path} with {(int)response.StatusCode}: {text}")
                {
                    Causes = [.. json.Items("details", "causes").Select(cause => (cause.Text("field") ?? "", cause.Text("message") ?? ""))],
                };
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubeUnreachableException($"{_where} did not answer {method} {path} within {timeToAnswer.TotalSeconds:0} seconds. Look at its state, then run again.", mayBeGone: false, e);
        }
    }

    // An answer that broke off, or made no sense, came from somebody.
    private static bool IsConnected(Exception failure) => failure is HttpRequestException { HttpRequestError: not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError) };

    private static JsonObject? ParseObject(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, JsonNode? body, string contentType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(_client.BaseUri, path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        if (_client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        }

        try
        {
            return await _client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException inner)
        {
            throw new KubeUnreachableException($"{_where} did not show the certificate that the kubeconfig expects: {inner.Message} The kubeconfig may be of an earlier cluster; fetch it anew.", mayBeGone: false, e);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException { InnerException: TimeoutException } && !cancellationToken.IsCancellationRequested))
        {
            throw new KubeUnreachableException($"{_where} cannot be reached: {(e is HttpRequestException ? e.Message : $"no connection within {TimeToConnect.TotalSeconds:0} seconds")}. Start it, or correct the provider's kubeconfig.", !IsConnected(e), e);
        }
    }
}
