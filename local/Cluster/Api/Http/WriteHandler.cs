using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http.Protobuf;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Selectors;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Http;

/// <summary>POST, PUT and DELETE.</summary>
internal static class WriteHandler
{
    public static async Task CreateAsync(ResourceRequest request)
    {
        var definition = request.Definition;
        var media = MediaType.Negotiate(request.Http.Request, watchable: false, shapes: true);
        var write = WriteOptionsReader.Read(request, "CreateOptions");
        var value = await ReadBodyAsync(request, definition, write);
        CheckNamespace(request, value);
        var outcome = await request.Service.CreateAsync(definition, request.Path.Namespace, value, write, request.Cancellation);
        await WriteAsync(request, StatusCodes.Status201Created, definition, outcome, media);
    }

    public static async Task ReplaceAsync(ResourceRequest request)
    {
        var definition = request.Definition;
        var media = MediaType.Negotiate(request.Http.Request, watchable: false, shapes: true);
        var write = WriteOptionsReader.Read(request, "UpdateOptions");
        var value = await ReadBodyAsync(request, definition, write);
        CheckNamespace(request, value);
        if (value.Name() != request.Path.Name)
        {
            throw ApiErrors.BadRequest(value.Name().Length == 0
                ? "the name of the object (metadata.name) must be specified; it must match the name on the URL"
                : $"the name of the object ({value.Name()}) does not match the name on the URL ({request.Path.Name})");
        }

        var (outcome, created) = await request.Service.UpdateAsync(
            definition, request.Path.Namespace, request.Path.Name, _ => value.DeepClone().AsObject(), write, request.Cancellation);
        await WriteAsync(request, created ? StatusCodes.Status201Created : StatusCodes.Status200OK, definition, outcome, media);
    }

    public static async Task DeleteAsync(ResourceRequest request)
    {
        var definition = request.Definition;
        var media = MediaType.Negotiate(request.Http.Request, watchable: false, shapes: true);
        var options = WriteOptionsReader.ReadDelete(request, await ReadDeleteBodyAsync(request));
        WarnOfOrphans(request, options);
        var result = await request.Service.DeleteAsync(definition, request.Path.Namespace, request.Path.Name, options, request.Cancellation);
        var status = !result.Deleted && options.OrphanDependents == false ? StatusCodes.Status202Accepted : StatusCodes.Status200OK;
        if (result.Deleted && !definition.ReturnsDeletedObject)
        {
            await Answer.JsonAsync(request.Http, status, Success(definition, request.Path.Name, result.Outcome.ToJson().Metadata().Text("uid")), media);
            return;
        }

        await Answer.ObjectAsync(request.Http, status, definition, result.Outcome, media, request.Now);
    }

    public static async Task DeleteCollectionAsync(ResourceRequest request)
    {
        var definition = request.Definition;
        var media = MediaType.Negotiate(request.Http.Request, watchable: true, shapes: true);
        var options = ListOptions.Parse(request.Http.Request.Query, watchPath: false);
        var delete = WriteOptionsReader.ReadDelete(request, await ReadDeleteBodyAsync(request));
        WarnOfOrphans(request, delete);
        var filter = new ResourceFilter(
            definition, request.Path.Namespace, LabelSelector.Parse(options.LabelSelector), FieldSelector.Parse(options.FieldSelector, definition));
        var (items, metadata) = await ListHandler.ReadAsync(request, options, filter);
        var answered = new List<StoredObject>(items.Count);
        foreach (var item in items)
        {
            try
            {
                await request.Service.DeleteAsync(definition, item.Key.Namespace, item.Key.Name, delete, request.Cancellation);
            }
            catch (ApiException error) when (error.Code == 404)
            {
                // Somebody else deleted it in between, which is as good.
            }

            answered.Add(item);
        }

        await Answer.ListAsync(request.Http, definition, answered, metadata, media, request.Now);
    }

    /// <summary>Decodes the body as an object of a kind.</summary>
    public static async Task<JsonObject> ReadBodyAsync(ResourceRequest request, ResourceDefinition definition, WriteRequest write)
    {
        if (definition.ModelType is null && RequestBody.TypeOf(request.Http.Request) == MediaType.Protobuf)
        {
            throw ApiErrors.UnsupportedMediaType(withProtobuf: false);
        }

        var duplicates = new List<string>();
        var body = await RequestBody.ReadObjectAsync(request.Http, definition.Kind, duplicates);
        WarnOfOtherVersion(definition, body, write);
        CheckType(request, definition, body);

        // Protobuf skips what the other side does not know; only names can be wrong.
        var validation = RequestBody.TypeOf(request.Http.Request) == MediaType.Protobuf ? FieldValidation.Ignore : write.FieldValidation;
        return Defaulting.Decode(definition, body, validation, duplicates, write.Warnings);
    }

    public static Task WriteAsync(ResourceRequest request, int status, ResourceDefinition definition, Outcome outcome, MediaType media)
    {
        request.SendWarnings();
        return Answer.ObjectAsync(request.Http, status, definition, outcome, media, request.Now);
    }

    public static JsonObject Success(ResourceDefinition definition, string name, string? uid)
    {
        var details = new JsonObject { ["name"] = name };
        details.Put("group", definition.Group.Length == 0 ? null : definition.Group);
        details["kind"] = definition.Plural;
        details.Put("uid", uid);
        return new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details };
    }

    /// <summary>A custom resource is read by the schema of the version that it names, so one that is not served knows no field.</summary>
    private static void WarnOfOtherVersion(ResourceDefinition definition, JsonObject body, WriteRequest write)
    {
        if (!definition.IsCustom || write.FieldValidation != FieldValidation.Warn || body.Text("kind") is not { Length: > 0 } || body.Text("apiVersion") is var version && (version is null or "" || version == definition.ApiVersion))
        {
            return;
        }

        foreach (var name in body.Select(member => member.Key).Where(name => name is not ("apiVersion" or "kind" or "metadata")))
        {
            write.Warnings.Add($"unknown field \"{name}\"");
        }
    }

    /// <summary>Refuses a body of another kind.</summary>
    public static void CheckType(ResourceRequest request, ResourceDefinition definition, JsonObject body)
    {
        var (kind, version) = (body.Text("kind"), body.Text("apiVersion"));
        if (kind is not { Length: > 0 } && version is not { Length: > 0 } && definition.ModelType is not null)
        {
            return;
        }

        kind ??= "";
        version ??= "";
        if (kind.Length == 0 && definition.ModelType is null)
        {
            throw ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {definition.Kind}): couldn't get version/kind; Object 'Kind' is missing in '{body.ToJsonString()}'");
        }

        if (kind is "" || kind == definition.Kind && version is "" || (kind == definition.Kind && version == definition.ApiVersion))
        {
            return;
        }

        if (definition.ModelType is null)
        {
            throw ApiErrors.BadRequest(
                $"the API version in the data ({version}) does not match the expected API version ({definition.ApiVersion})");
        }

        var shortVersion = version[(version.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var other = request.Service.Catalog.Current.FindKind(version, kind);
        throw ApiErrors.BadRequest(other is null
            ? $"{kind} in version \"{shortVersion}\" cannot be handled as a {definition.Kind}: no kind \"{kind}\" is registered for version \"{version}\" in scheme \"pkg/api/legacyscheme/scheme.go:30\""
            : $"{kind} in version \"{shortVersion}\" cannot be handled as a {definition.Kind}: converting (v1.{kind}) to ({(definition.Group.Length == 0 ? "core" : definition.Group)}.{definition.Kind}): unknown conversion");
    }

    /// <summary>An object must name the namespace that it is sent to, or none; then it gets it.</summary>
    public static void CheckNamespace(ResourceRequest request, JsonObject value)
    {
        var given = value.Namespace();
        if (request.Path.Namespace is null)
        {
            value.Metadata().Remove("namespace");
        }
        else if (given.Length > 0 && given != request.Path.Namespace)
        {
            throw ApiErrors.BadRequest($"the namespace of the provided object does not match the namespace sent on the request");
        }
        else
        {
            value.Metadata()["namespace"] = request.Path.Namespace;
        }
    }

    private static void WarnOfOrphans(ResourceRequest request, DeleteRequest options)
    {
        if (request.Definition.OrphanWarning is { } warning && options is { PropagationPolicy: null, OrphanDependents: null })
        {
            request.Warnings.Add(warning);
            request.SendWarnings();
        }
    }

    private static async Task<JsonObject?> ReadDeleteBodyAsync(ResourceRequest request)
    {
        var bytes = await RequestBody.ReadAsync(request.Http);
        if (bytes.IsEmpty)
        {
            return null;
        }

        var options = RequestBody.TypeOf(request.Http.Request) switch
        {
            MediaType.Json => GoJson.ParseDeleteOptions(bytes),
            MediaType.Yaml => YamlReader.ReadObject(bytes, "DeleteOptions", []),
            MediaType.Protobuf => ProtobufBody.ReadObject(bytes, "DeleteOptions"),
            _ => throw ApiErrors.UnsupportedMediaType(),
        };
        return options.Text("kind") is null or "" or "DeleteOptions"
            ? options
            : throw ApiErrors.BadRequest(
                $"no kind \"{options.Text("kind")}\" is registered for version \"{options.Text("apiVersion")}\" in scheme \"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\"");
    }
}
