using System.Globalization;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Http;

/// <summary>One request about a resource, taken apart.</summary>
internal sealed class ResourceRequest(HttpContext http, ResourceService service, RequestPath path, UserInfo user)
{
    private static readonly TimeSpan FutureRevisionPatience = TimeSpan.FromSeconds(3);
    private ResourceDefinition? _definition;

    public HttpContext Http { get; } = http;

    public ResourceService Service { get; } = service;

    public RequestPath Path { get; } = path;

    public UserInfo User { get; } = user;

    public CancellationToken Cancellation => Http.RequestAborted;

    /// <summary>The kind; not set for special resources that are no kind of the catalog.</summary>
    public ResourceDefinition Definition
    {
        get => _definition ?? throw new InvalidOperationException($"{Path.Resource} has no definition.");
        set => _definition = value;
    }

    /// <summary>Texts for Warning headers, which errors carry too.</summary>
    public List<string> Warnings { get; } = [];

    public DateTimeOffset Now => Service.Time.GetUtcNow();

    /// <summary>Moves the warnings collected so far into the answer's headers, each once.</summary>
    public void SendWarnings()
    {
        foreach (var warning in Warnings.Distinct().Where(warning => !warning.Any(character => character is < ' ' or '\x7f')))
        {
            Http.Response.Headers.Append("Warning", $"299 - \"{warning.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        }

        Warnings.Clear();
    }

    /// <summary>The revision that a resourceVersion names; 0 for none.</summary>
    public static long ParseRevision(string text, Func<string, ApiException> problem)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : throw problem($"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
    }

    /// <summary>Waits a little for a revision that is not there yet, as a watch cache does.</summary>
    public async Task<long> WaitForRevisionAsync(string text, bool isList)
    {
        var revision = ParseRevision(text, problem => isList ? ApiErrors.BadRequest("invalid resource version: " + problem) : ApiErrors.Plain(problem));
        if (revision <= Service.Store.State.Revision)
        {
            return revision;
        }

        using var patience = new CancellationTokenSource(FutureRevisionPatience, Service.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, Cancellation);
        try
        {
            await Service.Store.SettledAsync(revision, linked.Token);
            return revision;
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            throw ApiErrors.TooLargeResourceVersion(revision, Service.Store.State.Revision);
        }
    }
}
