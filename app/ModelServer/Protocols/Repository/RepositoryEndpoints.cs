using System.Text.Json;
using Scalelab.ModelServer.Endpoints;
using Scalelab.ModelServer.Models.Registry;

namespace Scalelab.ModelServer.Protocols.Repository;

/// <summary>The model repository extension: what is there, load, unload.</summary>
internal sealed class RepositoryEndpoints(ModelRepository repository, RequestBodies bodies)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var endpoints = new RepositoryEndpoints(services.GetRequiredService<ModelRepository>(), services.GetRequiredService<RequestBodies>());
        routes.MapPost("/v2/repository/index", endpoints.IndexAsync);
        routes.MapPost("/v2/repository/models/{model}/load", endpoints.LoadAsync);
        routes.MapPost("/v2/repository/models/{model}/unload", endpoints.UnloadAsync);
    }

    private static string Name(HttpContext context) => (string)context.Request.RouteValues["model"]!;

    // A page of another site may make a browser send this; what it changes here it must not.
    private static void RefuseOtherSites(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site"
            || (request.Headers.Origin is [{ } origin, ..] && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value)))
        {
            throw new RequestException(StatusCodes.Status403Forbidden, "Pages of other sites may not change what is served.", "Send the request from a program.");
        }
    }

    private async Task IndexAsync(HttpContext context)
    {
        var parameters = await ReadAsync(context, () => new RepositoryRequest(), ServerJson.Answers.RepositoryRequest);
        await Answers.SendAsync(context, repository.Index(parameters.Ready), ServerJson.Answers.IReadOnlyListModelState);
    }

    private async Task LoadAsync(HttpContext context)
    {
        RefuseOtherSites(context.Request);
        var request = await ReadAsync(context, () => new RepositoryRequest(), ServerJson.Answers.RepositoryRequest);
        await repository.LoadAsync(Name(context), request.Parameters?.StorageUri, context.RequestAborted);
        await Answers.SendAsync(context, new ModelLoaded(Name(context), true), ServerJson.Answers.ModelLoaded);
    }

    private async Task UnloadAsync(HttpContext context)
    {
        RefuseOtherSites(context.Request);
        await ReadAsync(context, () => new RepositoryRequest(), ServerJson.Answers.RepositoryRequest);
        repository.Unload(Name(context));
        await Answers.SendAsync(context, new ModelUnloaded(Name(context), true), ServerJson.Answers.ModelUnloaded);
    }

    // Every field of these bodies may be left out, and with them the body.
    private async Task<T> ReadAsync<T>(HttpContext context, Func<T> empty, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        if (context.Request.ContentLength is 0 or null && !context.Request.Headers.ContainsKey("Transfer-Encoding"))
        {
            return empty();
        }
        using var body = await bodies.ReadAsync(context);
        return Answers.Parsing(() => JsonSerializer.Deserialize(body.Bytes.Span, type)) ?? empty();
    }
}

/// <summary>Body of the repository's requests; every field may be left out.</summary>
/// <param name="Ready">Of the index: only models that are loaded.</param>
/// <param name="Parameters">Of a load: where the model comes from.</param>
internal sealed record RepositoryRequest(bool Ready = false, LoadParameters? Parameters = null);

/// <summary>Where a model comes from.</summary>
/// <param name="StorageUri">An address as KServe's storageUri; null for the repository's folder, or where it was loaded from before.</param>
internal sealed record LoadParameters(string? StorageUri = null);

/// <summary>Answer to a load.</summary>
internal sealed record ModelLoaded(string Name, bool Load);

/// <summary>Answer to an unload.</summary>
internal sealed record ModelUnloaded(string Name, bool Unload);
