using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api.Discovery;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Security;

namespace Scalelab.Cluster.Api.Http;

/// <summary>Takes every request: who is it, may they, what is meant, and who answers.</summary>
internal sealed class ApiHandler(
    ResourceService service,
    Authenticator authenticator,
    RbacAuthorizer authorizer,
    DiscoveryHandler discovery,
    IReadOnlyDictionary<string, ISubresource> subresources,
    ILogger logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (ApiException error)
        {
            await WriteErrorAsync(context, error);
        }
        catch (BadHttpRequestException error)
        {
            await WriteErrorAsync(context, error.StatusCode == 413 ? ApiErrors.RequestEntityTooLarge(error.Message) : ApiErrors.BadRequest(error.Message));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer.
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            logger.LogError(error, "{Method} {Path} failed.", context.Request.Method, context.Request.Path);
            await WriteErrorAsync(context, ApiErrors.Internal(error.Message));
        }
    }

    private async Task RouteAsync(HttpContext context)
    {
        var user = Impersonation.Resolve(context.Request.Headers, authenticator.Authenticate(context), authorizer);
        var path = context.Request.Path.Value ?? "/";
        var parsed = RequestPath.Parse(path);
        var verb = VerbOf(context.Request, parsed is { Resource.Length: > 0 } ? parsed : null);
        authorizer.Authorize(user, verb, path, parsed);
        if (parsed is null || parsed.Resource.Length == 0)
        {
            await discovery.HandleAsync(context, path, parsed);
            return;
        }

        var surface = service.Catalog.Current;
        if (!surface.GroupVersions.Contains((parsed.Group, parsed.Version)))
        {
            await discovery.NotFoundAsync(context, parsed);
            return;
        }

        var request = new ResourceRequest(context, service, parsed, user);
        try
        {
            await AnswerAsync(request, surface);
        }
        catch (ApiException)
        {
            request.SendWarnings();
            throw;
        }
    }

    private async Task AnswerAsync(ResourceRequest request, ApiSurface surface)
    {
        var parsed = request.Path;
        if (subresources.TryGetValue(SubresourceKey(parsed), out var subresource))
        {
            await subresource.HandleAsync(request);
            return;
        }

        var definition = surface.Find(parsed.Group, parsed.Version, parsed.Resource) ?? throw ApiErrors.NoSuchResource();
        request.Definition = definition;
        if (definition.Deprecation is { } deprecation)
        {
            request.Http.Response.Headers.Append("Warning", $"299 - \"{deprecation}\"");
        }

        if (parsed.Rest is not null || (parsed.Namespace is not null && !definition.Namespaced))
        {
            throw ApiErrors.NoSuchResource();
        }

        await (parsed.Subresource switch
        {
            "" => parsed.Name.Length == 0 ? CollectionAsync(request) : ItemAsync(request),
            "status" when definition.HasStatus => ItemAsync(request),
            var name when definition.Parts.ContainsKey(name) => ItemAsync(request),
            "scale" when definition.Scale is not null => ScaleSubresource.HandleAsync(request),
            _ => throw ApiErrors.NoSuchResource(),
        });
    }

    /// <summary>The key of a special resource: <c>pods/log</c>, <c>authorization.k8s.io/selfsubjectaccessreviews</c>.</summary>
    private static string SubresourceKey(RequestPath path)
    {
        var resource = path.Group.Length == 0 ? path.Resource : $"{path.Group}/{path.Resource}";
        return path.Subresource.Length == 0 ? resource : $"{resource}/{path.Subresource}";
    }

    private static string VerbOf(HttpRequest request, RequestPath? path) => (request.Method, path) switch
    {
        ("GET", null) => "get",
        ("GET", { Watch: true }) => "watch",
        ("GET", { Name: "" }) => ListOptions.Flag(request.Query, "watch") == true ? "watch" : "list",
        ("GET", _) => "get",
        ("POST", null) => "post",
        ("PUT", null) => "put",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", { Name: "", Resource.Length: > 0 }) => "deletecollection",
        ("DELETE", _) => "delete",
        var (method, _) => method.ToLowerInvariant(),
    };

    private static Task CollectionAsync(ResourceRequest request)
    {
        var definition = request.Definition;
        var isWhole = definition.Namespaced && request.Path.Namespace is null;
        switch (request.Http.Request.Method)
        {
            case "GET" when definition.Verbs.Contains("list"):
                return ListHandler.HandleAsync(request);
            case "POST" when !isWhole && definition.Verbs.Contains("create"):
                return WriteHandler.CreateAsync(request);
            case "DELETE" when !isWhole && definition.Verbs.Contains("deletecollection"):
                return WriteHandler.DeleteCollectionAsync(request);
            default:
                throw ApiErrors.MethodNotAllowed();
        }
    }

    private static Task ItemAsync(ResourceRequest request)
    {
        var definition = request.Definition;
        var isStatus = request.Path.Subresource.Length > 0;
        if (definition.Namespaced && request.Path.Namespace is null)
        {
            throw ApiErrors.NoSuchResource();
        }

        switch (request.Http.Request.Method)
        {
            case "GET" when !isStatus && (request.Path.Watch || ListOptions.Flag(request.Http.Request.Query, "watch") == true && request.Path.Watch):
                return ListHandler.HandleAsync(request);
            case "GET" when definition.Verbs.Contains("get"):
                return GetAsync(request);
            case "PUT" when definition.Verbs.Contains("update"):
                return WriteHandler.ReplaceAsync(request);
            case "PATCH" when definition.Verbs.Contains("patch"):
                return PatchHandler.HandleAsync(request);
            case "DELETE" when !isStatus && definition.Verbs.Contains("delete"):
                return WriteHandler.DeleteAsync(request);
            default:
                throw ApiErrors.MethodNotAllowed();
        }
    }

    private static async Task GetAsync(ResourceRequest request)
    {
        var media = MediaType.Negotiate(request.Http.Request, watchable: false, shapes: true);
        await request.WaitForRevisionAsync(request.Http.Request.Query["resourceVersion"].ToString(), isList: false);
        var item = request.Service.Get(request.Definition, request.Path.Namespace, request.Path.Name);
        await Answer.ObjectAsync(request.Http, 200, request.Definition, new Outcome(item), media, request.Service.Time.GetUtcNow());
    }

    private static async Task WriteErrorAsync(HttpContext context, ApiException error)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        if (error.Status.Details?.RetryAfterSeconds is > 0 and var seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var preferred = MediaType.Parse(context.Request.Headers.Accept.ToString())[0];
        var status = StatusJson.Of(error.Status);
        if (error.ContinueToken is { } token)
        {
            status["metadata"] = new JsonObject { ["continue"] = token };
        }

        await Answer.JsonAsync(context, error.Code, status, new MediaType { IsYaml = preferred.Name == MediaType.Yaml, IsProtobuf = preferred.Name == MediaType.Protobuf && preferred.Parameter("as") is null });
    }
}
