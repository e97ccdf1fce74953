using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Security;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Reviews;

/// <summary><c>serviceaccounts/token</c>: a token for a service account (registry/core/serviceaccount/storage/token).</summary>
internal sealed class TokenRequests(ServiceAccountTokens tokens) : ISubresource
{
    private const long DefaultSeconds = 3600;
    private const long MinimumSeconds = 600;
    private const long MaximumSeconds = 1L << 32;

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
        CheckName(value, request, account);
        if (value["spec"] is not JsonObject spec)
        {
            spec = [];
            value["spec"] = spec;
        }

        var seconds = spec.Number("expirationSeconds") ?? DefaultSeconds;
        spec["expirationSeconds"] = seconds;
        CheckSeconds(definition, seconds);
        FieldTracking.Track(definition, null, value, write, request.Now);
        if (MetadataRules.Strings(spec.Array("audiences")).Count == 0)
        {
            spec["audiences"] = new JsonArray(ServiceAccountTokens.Issuer);
        }

        var bound = BoundTo(request, spec);
        spec["boundObjectRef"] ??= null;
        var metadata = value.Metadata();
        foreach (var field in (ReadOnlySpan<string>)["name", "namespace", "uid"])
        {
            metadata[field] = account[field]!.DeepClone();
        }

        metadata["creationTimestamp"] = ResourceService.Format(request.Now);
        var expires = request.Now.AddSeconds(seconds);
        var token = tokens.Issue(request.Path.Namespace!, request.Path.Name, account.Text("uid")!, MetadataRules.Strings(spec.Array("audiences")), expires, bound);
        value["kind"] = definition.Kind;
        value["apiVersion"] = definition.ApiVersion;
        value["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = ResourceService.Format(expires) };
        await WriteHandler.WriteAsync(request, StatusCodes.Status201Created, definition, new Outcome(value), media);
    }

    /// <summary>What a request says of the account must be true of it.</summary>
    private static void CheckName(JsonObject value, ResourceRequest request, JsonObject account)
    {
        var metadata = value.Metadata();
        if (metadata.Text("name") is { Length: > 0 } name && name != request.Path.Name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Path.Name})");
        }

        if (metadata.Text("uid") is { Length: > 0 } uid && uid != account.Text("uid"))
        {
            throw ApiErrors.Conflict(
                ReviewDefinitions.TokenRequest,
                request.Path.Name,
                $"the UID in the token request ({uid}) does not match the UID of the service account ({account.Text("uid")})");
        }
    }

    private static void CheckSeconds(ResourceDefinition definition, long seconds)
    {
        var errors = new FieldErrors();
        if (seconds < MinimumSeconds)
        {
            errors.Invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
        }

        if (seconds > MaximumSeconds)
        {
            errors.Invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
        }

        if (errors.Any)
        {
            throw ApiErrors.Invalid(definition, "", errors);
        }
    }

    private static BoundObject? BoundTo(ResourceRequest request, JsonObject spec)
    {
        if (spec.Object("boundObjectRef") is not { } reference)
        {
            return null;
        }

        var (kind, name) = (reference.Text("kind") ?? "", reference.Text("name") ?? "");
        if (BoundObject.Kinds.FirstOrDefault(known => known.Kind == kind && reference.Text("apiVersion") == "v1") is not { } known)
        {
            throw ApiErrors.BadRequest(string.Create(CultureInfo.InvariantCulture, $"cannot bind token for serviceaccount {request.Path.Name} to object of type {reference.Text("apiVersion")}, Kind={kind}"));
        }

        var key = new ResourceKey(known.Resource, known.Namespaced ? request.Path.Namespace! : "", name);
        var uid = request.Service.Store.State.Get(key) is { } stored ? ObjectJson.Parse(stored).Metadata().Text("uid") : throw ApiErrors.NotFound("", known.Resource, name);
        if (reference.Text("uid") is { Length: > 0 } wanted && wanted != uid)
        {
            throw ApiErrors.Of(
                409,
                "Conflict",
                $"Operation cannot be fulfilled on {known.Resource} \"{name}\": the UID in the bound object reference ({wanted}) does not match the UID in record. The object might have been deleted and then recreated",
                new V1StatusDetails { Name = name, Kind = known.Resource });
        }

        return new BoundObject(known.Claim, name, uid!);
    }
}
