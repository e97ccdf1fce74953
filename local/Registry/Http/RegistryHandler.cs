using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Scalelab.Registry.Http;

/// <summary>Answers every request of the distribution API: finds the endpoint by path and method, and turns errors into the specification's JSON.</summary>
internal sealed class RegistryHandler(BlobEndpoints blobs, UploadEndpoints uploads, ManifestEndpoints manifests, ListEndpoints lists, ILogger<RegistryHandler> logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers["Docker-Distribution-API-Version"] = "registry/2.0";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            RefuseForeignHost(context.Request.Host);
            var result = await AnswerAsync(context).ConfigureAwait(false);
            await result.ExecuteAsync(context).ConfigureAwait(false);
        }
        catch (RegistryException e)
        {
            await FailAsync(context, e.Error, e.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await FailAsync(context, ErrorCode.BlobUploadInvalid with { Status = e.StatusCode }, e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested || e is ConnectionResetException or ConnectionAbortedException)
        {
            logger.LogDebug("{Method} {Path}: the client went away", context.Request.Method, context.Request.Path);
        }
        catch (Exception e)
        {
            logger.LogError(e, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            await FailAsync(context, ErrorCode.Unknown, $"the registry failed: {e.Message}").ConfigureAwait(false);
        }
    }

    private static async Task FailAsync(HttpContext context, ErrorCode error, string message)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        await RegistryResults.Error(error, message).ExecuteAsync(context).ConfigureAwait(false);
    }

    // A web page can make a browser send requests here under a name of its own that resolves to loopback (DNS rebinding).
    private static void RefuseForeignHost(HostString host)
    {
        if (host.HasValue && host.Host != "localhost" && !IPAddress.TryParse(host.Host.Trim('[', ']'), out _))
        {
            throw new RegistryException(ErrorCode.Denied, $"the registry answers as localhost or by IP address, not as '{host.Host}'");
        }
    }

    private Task<IResult> AnswerAsync(HttpContext context)
    {
        var route = Route.Parse(context.Request.Path.Value ?? "");
        var method = context.Request.Method;
        var isRead = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        return (route.Kind, method) switch
        {
            (RouteKind.Version, _) when isRead => Task.FromResult(RegistryResults.Json(new JsonObject())),
            (RouteKind.Catalog, "GET") => Task.FromResult(lists.Catalog(context)),
            (RouteKind.Tags, "GET") => Task.FromResult(lists.Tags(context, route.Repository)),
            (RouteKind.Referrers, "GET") => manifests.ReferrersAsync(context, route.Repository, route.Argument),
            (RouteKind.Blob, _) when isRead => Task.FromResult(blobs.Get(context, route.Repository, route.Argument)),
            (RouteKind.Blob, "DELETE") => Task.FromResult(blobs.Delete(route.Repository, route.Argument)),
            (RouteKind.Uploads, "POST") => uploads.StartAsync(context, route.Repository),
            (RouteKind.Upload, "GET") => uploads.StatusAsync(context, route.Repository, route.Argument),
            (RouteKind.Upload, "PATCH") => uploads.AppendAsync(context, route.Repository, route.Argument),
            (RouteKind.Upload, "PUT") => uploads.FinishAsync(context, route.Repository, route.Argument),
            (RouteKind.Upload, "DELETE") => uploads.CancelAsync(context, route.Repository, route.Argument),
            (RouteKind.Manifest, _) when isRead => manifests.GetAsync(context, route.Repository, route.Argument),
            (RouteKind.Manifest, "PUT") => manifests.PutAsync(context, route.Repository, route.Argument),
            (RouteKind.Manifest, "DELETE") => manifests.DeleteAsync(context, route.Repository, route.Argument),
            _ => throw new RegistryException(ErrorCode.Unsupported, $"{method} is not supported on '{context.Request.Path}'"),
        };
    }
}
