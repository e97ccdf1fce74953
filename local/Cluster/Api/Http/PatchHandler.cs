using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Patch;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Schema;
using YamlDotNet.Core;

namespace Scalelab.Cluster.Api.Http;

/// <summary>PATCH in its four forms.</summary>
internal static class PatchHandler
{
    private const string Json = "application/json-patch+json";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";

    /// <summary>The type of server-side apply.</summary>
    public const string Apply = "application/apply-patch+yaml";

    private const int MaximumOperations = 10000;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True for the types of patches other than apply.</summary>
    public static bool IsPatch(string type) => type is Json or Merge or Strategic;

    public static async Task HandleAsync(ResourceRequest request)
    {
        var definition = request.Definition;
        var type = RequestBody.TypeOf(request.Http.Request);
        if (type is not (Json or Merge or Apply) && (type != Strategic || definition.IsCustom))
        {
            // Only the built-in kinds have routes that look at the type before any handler does.
            throw definition.IsCustom ? ApiErrors.UnsupportedMediaType([Json, Merge, Apply]) : ApiErrors.UnroutableMediaType();
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
        await WriteHandler.WriteAsync(request, created ? StatusCodes.Status201Created : StatusCodes.Status200OK, definition, outcome, media);
    }

    /// <exception cref="ApiException">422: what only an apply may say, or must.</exception>
    public static void CheckOptions(ResourceRequest request, string type, bool? force)
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
        var bytes = await RequestBody.ReadAsync(request.Http);
        return live => live is null
            ? throw ApiErrors.NotFound(definition, request.Path.Name)
            : Named(request, Patch(definition, live, bytes, type, write));
    }

    /// <summary>The object that a patch of any type but apply makes of another.</summary>
    /// <exception cref="ApiException">400, 413 and 422: it is no patch, or what it makes is no such object.</exception>
    public static JsonObject Patch(ResourceDefinition definition, JsonObject live, ReadOnlyMemory<byte> bytes, string type, WriteRequest write)
    {
        var problems = new List<string>();
        var patch = GoJson.ParsePatch(bytes, wantsArray: type == Json, problems, isStrategic: type == Strategic);
        var patched = (type, patch) switch
        {
            (Json, JsonArray { Count: > MaximumOperations } operations) => throw ApiErrors.RequestEntityTooLarge(
                string.Create(CultureInfo.InvariantCulture, $"The allowed maximum operations in a JSON patch is {MaximumOperations}, got {operations.Count}")),
            (Json, _) => JsonPatch.Apply(live, patch as JsonArray ?? []),
            (Merge, null) => throw ApiErrors.BadRequest("Invalid JSON Patch"),
            (Merge, _) => MergePatch.Apply(live, patch)!,
            _ => StrategicMergePatch.Apply(live, patch as JsonObject ?? [], definition.Schema),
        };
        var value = patched as JsonObject ?? [];
        return type == Strategic ? Decode(definition, value, patch, problems, write) : Decode(definition, Typed(definition, value, problems), null, problems, write);
    }

    /// <summary>What a merge or JSON patch made, where it still is an object of the kind.</summary>
    private static JsonObject Typed(ResourceDefinition definition, JsonObject value, List<string> problems)
    {
        if (!definition.IsCustom)
        {
            if (PatchedType.Problem(definition, value) is { } problem)
            {
                throw Invalid(value, null, problem);
            }

            if (value.Text("apiVersion") is { Length: > 0 })
            {
                return PatchedType.InVersion(definition, value);
            }

            // Without a version upstream reads the internal type, whose fields have other names: nothing is left, a name neither.
            problems.AddRange(value.Select(member => member.Key).Where(name => name is not ("kind" or "apiVersion")).Order(StringComparer.Ordinal).Select(name => $"unknown field \"{name}\""));
            return [];
        }

        if (value.Text("kind") is not { Length: > 0 })
        {
            throw Invalid(value, null, $"Object 'Kind' is missing in '{value.ToJsonString(Plain)}'");
        }

        var errors = new FieldErrors();
        PatchedType.Check(definition, value, errors);
        return errors.Any ? throw ApiErrors.Invalid(definition, value.Name(), errors) : value;
    }

    /// <summary>What a patch makes of an object is decoded as strictly as what a client sends.</summary>
    /// <param name="strategic">The patch, where the messages show it instead of the whole object.</param>
    /// <param name="found">What is wrong with the patch itself; reported with what is wrong with the object.</param>
    public static JsonObject Decode(ResourceDefinition definition, JsonObject value, JsonNode? strategic, List<string> found, WriteRequest write)
    {
        var problems = write.FieldValidation == FieldValidation.Ignore ? null : found;
        JsonObject decoded;
        try
        {
            decoded = ObjectDecoder.Decode(value, definition.Schema, problems, converts: strategic is not null);
        }
        catch (DecodeException error)
        {
            throw Invalid(value, strategic, strategic is null ? error.Message : error.ConversionMessage);
        }
        catch (FormatException error)
        {
            throw Invalid(value, strategic, error.Message);
        }

        if (write.FieldValidation == FieldValidation.Strict && problems is { Count: > 0 })
        {
            throw Invalid(value, strategic, "strict decoding error: " + string.Join(", ", problems));
        }

        write.Warnings.AddRange((problems ?? []).Except(write.Warnings).ToList());
        return decoded;
    }

    private static ApiException Invalid(JsonObject value, JsonNode? strategic, string problem)
    {
        var errors = new FieldErrors();
        var shown = strategic is not null
            ? GoFormat.Value(strategic)
            : new JsonObject(value.OrderBy(property => property.Key, StringComparer.Ordinal).Select(property => KeyValuePair.Create(property.Key, property.Value?.DeepClone()))).ToJsonString(Plain);
        errors.Invalid("patch", shown, problem);
        return ApiErrors.Invalid("", "", "", errors);
    }

    private static JsonObject Named(ResourceRequest request, JsonObject value)
    {
        CheckName(request, value);
        return value;
    }

    private static void CheckName(ResourceRequest request, JsonObject value)
    {
        if (request.Definition.Namespaced && value.Namespace() is { Length: > 0 } given && given != request.Path.Namespace)
        {
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }

        var name = value.Name();
        if (name.Length == 0)
        {
            throw ApiErrors.BadRequest($"the name of the object ({request.Path.Name} based on URL) was undeterminable: name must be provided");
        }

        if (name != request.Path.Name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Path.Name})");
        }
    }

    private static async Task<Func<JsonObject?, JsonObject>> ApplyAsync(ResourceRequest request, WriteRequest write, bool force)
    {
        var definition = request.Definition;
        var body = ReadApplied(await RequestBody.ReadAsync(request.Http), write);
        var (kind, version) = (body.Text("kind") ?? "", body.Text("apiVersion") ?? "");
        if (kind != definition.Kind || version != definition.ApiVersion)
        {
            var shownVersion = version.Contains('/') ? version : "/" + version;
            throw ApiErrors.BadRequest($"invalid object type: {shownVersion}, Kind={kind}");
        }

        var subresource = request.Path.Subresource.Length == 0 ? null : request.Path.Subresource;
        return live =>
        {
            var applied = ServerSideApply.Apply(live, body, write.FieldManager, force, definition.Schema, request.Now, subresource, definition.KeptByStatus);
            var metadata = applied.Metadata();
            if (live is null && metadata.Text("uid") is { Length: > 0 } uid)
            {
                throw ApiErrors.Conflict(definition, request.Path.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
            }

            CheckName(request, applied);
            metadata.Put("namespace", request.Path.Namespace);
            return applied;
        };
    }

    private static JsonObject ReadApplied(ReadOnlyMemory<byte> bytes, WriteRequest write)
    {
        var duplicates = new List<string>();
        try
        {
            var body = YamlReader.Read(bytes, duplicates) switch
            {
                null => [],
                JsonObject configuration => configuration,
                var other => throw ApiErrors.BadRequest(
                    $"error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {GoFormat.KindOf(other)} into Go value of type map[string]interface {{}}"),
            };
            if (duplicates.Count > 0 && write.FieldValidation == FieldValidation.Strict)
            {
                throw ApiErrors.BadRequest("error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  " + string.Join("\n  ", duplicates));
            }

            if (write.FieldValidation == FieldValidation.Warn)
            {
                write.Warnings.AddRange(duplicates);
            }

            return body;
        }
        catch (YamlException exception)
        {
            throw ApiErrors.BadRequest("error decoding YAML: error converting YAML to JSON: " + YamlReader.Describe(exception));
        }
    }
}
