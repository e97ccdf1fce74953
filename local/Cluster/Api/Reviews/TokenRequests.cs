using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Security;

namespace Scalelab.Cluster.Api.Reviews;

/// <summary><c>serviceaccounts/token</c>: a token for a service account.</summary>
internal sealed class TokenRequests(ServiceAccountTokens tokens) : ISubresource
{
    private const long DefaultSeconds = 3600;
    private const long MinimumSeconds = 600;

    public async Task HandleAsync(ResourceRequest request)
    {
        if (request.Http.Request.Method != "POST")
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var definition = ReviewDefinitions.TokenRequest;
        var media = MediaType.Negotiate(request.Http.Request, watchable: false, shapes: false);
        var write = WriteOptionsReader.Read(request, "CreateOptions");
        var value = await WriteHandler.ReadBodyAsync(request, definition, write);
        var accounts = request.Service.Catalog.Current.Of(typeof(V1ServiceAccount));
        var account = ObjectJson.Parse(request.Service.Get(accounts, request.Path.Namespace, request.Path.Name)).Metadata();
        if (value["spec"] is not JsonObject spec)
        {
            spec = [];
            value["spec"] = spec;
        }

        var seconds = spec.Number("expirationSeconds") ?? DefaultSeconds;
        spec["expirationSeconds"] = seconds;
        if (seconds < MinimumSeconds)
        {
            var errors = new FieldErrors();
            errors.Invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
            throw ApiErrors.Invalid(definition, "", errors);
        }

        FieldTracking.Track(definition, null, value, write, request.Now);
        if (MetadataRules.Strings(spec.Array("audiences")).Count == 0)
        {
            spec["audiences"] = new JsonArray(ServiceAccountTokens.Issuer);
        }

        spec["boundObjectRef"] ??= null;
        var metadata = value.Metadata();
        foreach (var field in (ReadOnlySpan<string>)["name", "namespace", "uid"])
        {
            metadata[field] = account[field]!.DeepClone();
        }

        metadata["creationTimestamp"] = ResourceService.Format(request.Now);
        var expires = request.Now.AddSeconds(seconds);
        var token = tokens.Issue(request.Path.Namespace!, request.Path.Name, account.Text("uid")!, MetadataRules.Strings(spec.Array("audiences")), expires);
        value["kind"] = definition.Kind;
        value["apiVersion"] = definition.ApiVersion;
        value["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = ResourceService.Format(expires) };
        await WriteHandler.WriteAsync(request, StatusCodes.Status201Created, definition, new Outcome(value), media, write);
    }
}
