using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Patch;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Http;

/// <summary>PATCH in its four forms.</summary>
internal static class PatchHandler
{
    private const string Json = "application/json-patch+json";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";
    private const string Apply = "application/apply-patch+yaml";

    public static async Task HandleAsync(ResourceRequest request)
    {
        var definition = request.Definition;
        var type = RequestBody.TypeOf(request.Http.Request);
        if (type is not (Json or Merge or Apply) && !(type == Strategic && definition.ModelType is not null))
        {
            throw type == Strategic ? ApiErrors.UnsupportedMediaType() : ApiErrors.UnroutableMediaType();
        }

        var media = MediaType.Negotiate(request.Http.Request, watchable: false, shapes: true);
        var write = WriteOptionsReader.Read(request, "PatchOptions");
        var force = ListOptions.Flag(request.Http.Request.Query, "force");
        CheckOptions(request, type, force);
        var change = type == Apply ? await ApplyAsync(request, write, force == true) : await PatchAsync(request, type, write);
        var (outcome, created) = await request.Service.UpdateAsync(
            definition,
            request.Path.Namespace,
            request.Path.Name,
            change,
            write with { IsApply = type == Apply },
            request.Cancellation,
            createWhenAbsent: type == Apply && request.Path.Subresource.Length == 0);
        await WriteHandler.WriteAsync(request, created ? StatusCodes.Status201Created : StatusCodes.Status200OK, definition, outcome, media, write);
    }

    private static void CheckOptions(ResourceRequest request, string type, bool? force)
    {
        var errors = new FieldErrors();
        if (type != Apply && force is not null)
        {
            errors.Forbidden("force", "may not be specified for non-apply patch");
        }

        if (type == Apply && request.Http.Request.Query["fieldManager"].ToString().Length == 0)
        {
            errors.Required("fieldManager", "is required for apply patch");
        }

        if (errors.Any)
        {
            throw ApiErrors.Invalid("meta.k8s.io", "PatchOptions", "", errors);
        }
    }

    private static async Task<Func<JsonObject?, JsonObject>> PatchAsync(ResourceRequest request, string type, WriteRequest write)
    {
        var definition = request.Definition;
        var patch = GoJson.ParsePatch(await RequestBody.ReadAsync(request.Http), wantsArray: type == Json);
        return live =>
        {
            if (live is null)
            {
                throw ApiErrors.NotFound(definition, request.Path.Name);
            }

            var patched = type switch
            {
                Json => JsonPatch.Apply(live, patch as JsonArray ?? []),
                Merge => MergePatch.Apply(live, patch ?? new JsonObject())!,
                _ => StrategicMergePatch.Apply(live, patch as JsonObject ?? [], definition.Schema),
            };
            if (patched is not JsonObject value)
            {
                throw ApiErrors.BadRequest("the patched document is no object");
            }

            return Decode(definition, value, write);
        };
    }

    /// <summary>What a patch makes of an object is decoded as strictly as what a client sends.</summary>
    private static JsonObject Decode(ResourceDefinition definition, JsonObject value, WriteRequest write)
    {
        var problems = write.FieldValidation == FieldValidation.Ignore ? null : new List<string>();
        JsonObject decoded;
        try
        {
            decoded = ObjectDecoder.Decode(value, definition.Schema, problems);
        }
        catch (DecodeException error)
        {
            var errors = new FieldErrors();
            errors.Invalid("patch", value.ToJsonString(), error.Message);
            throw ApiErrors.Invalid(definition, "", errors);
        }

        if (write.FieldValidation == FieldValidation.Strict && problems is { Count: > 0 })
        {
            throw ApiErrors.BadRequest("strict decoding error: " + string.Join(", ", problems));
        }

        foreach (var problem in problems ?? [])
        {
            if (!write.Warnings.Contains(problem))
            {
                write.Warnings.Add(problem);
            }
        }

        return decoded;
    }

    private static async Task<Func<JsonObject?, JsonObject>> ApplyAsync(ResourceRequest request, WriteRequest write, bool force)
    {
        var definition = request.Definition;
        var body = YamlReader.ReadObject(await RequestBody.ReadAsync(request.Http), definition.Kind, []);
        var subresource = request.Path.Subresource.Length == 0 ? null : request.Path.Subresource;
        return live =>
        {
            if (live is not null && body.Object("metadata").Text("resourceVersion") is { Length: > 0 } wanted && wanted != live.Metadata().Text("resourceVersion"))
            {
                throw ApiErrors.Conflict(definition, request.Path.Name);
            }

            return ServerSideApply.Apply(live, body, write.FieldManager, force, definition.Schema, request.Now, subresource);
        };
    }
}
