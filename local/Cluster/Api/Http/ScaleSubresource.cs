using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Kinds;
using Scalelab.Cluster.Api.Patch;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Http;

/// <summary>The <c>scale</c> subresource: an autoscaling/v1 Scale in front of the fields that a kind maps it to.</summary>
internal static class ScaleSubresource
{
    /// <summary>The kind of every such subresource.</summary>
    public static readonly ResourceDefinition ScaleDefinition = new()
    {
        Group = "autoscaling",
        Version = "v1",
        Kind = "Scale",
        Plural = "scales",
        Singular = "scale",
        ModelType = typeof(k8s.Models.V1Scale),
        Columns =
        [
            new TableColumn("Name", "string", "", 0, static (value, _) => value.Name()),
            new TableColumn("Desired", "integer", "", 0, static (value, _) => value.Object("spec").Number("replicas") ?? 0),
            new TableColumn("Available", "integer", "", 0, static (value, _) => value.Object("status").Number("replicas") ?? 0),
            new TableColumn("Age", "string", "", 0, static (value, now) => Age(value, now)),
        ],
    };

    public static Task HandleAsync(ResourceRequest request) => request.Http.Request.Method switch
    {
        "GET" => GetAsync(request),
        "PUT" => UpdateAsync(request, "UpdateOptions"),
        "PATCH" => UpdateAsync(request, "PatchOptions"),
        _ => throw ApiErrors.MethodNotAllowed(),
    };

    /// <exception cref="ApiException">404.</exception>
    public static JsonObject Get(ResourceService service, ResourceDefinition definition, string? namespaceName, string name) =>
        Of(definition, ResourceService.Load(definition, service.Get(definition, namespaceName, name)));

    /// <summary>Writes the replicas that <paramref name="change"/> makes of the present scale; returns the scale as written.</summary>
    /// <param name="own">Makes the object anew from the stored one and the changed scale, with who owns what; null where it is an ordinary write.</param>
    /// <exception cref="ApiException">404, 409 where the changed scale names another resourceVersion, 422.</exception>
    public static async Task<JsonObject> UpdateAsync(
        ResourceService service,
        ResourceDefinition definition,
        string? namespaceName,
        string name,
        Func<JsonObject, JsonObject> change,
        WriteRequest write,
        CancellationToken cancellationToken,
        Func<JsonObject, JsonObject, JsonObject>? own = null)
    {
        var (outcome, _) = await service.UpdateAsync(
            definition,
            namespaceName,
            name,
            live =>
            {
                var scale = change(Of(definition, live ?? throw ApiErrors.NotFound(definition, name)));
                var replicas = scale.Object("spec").Number("replicas") ?? 0;
                if (replicas < 0)
                {
                    var errors = new FieldErrors();
                    errors.Invalid("spec.replicas", replicas, "must be greater than or equal to 0");
                    throw ApiErrors.Invalid("autoscaling", "Scale", live.Name(), errors);
                }

                if (scale.Metadata().Text("resourceVersion") is { Length: > 0 } wanted)
                {
                    live.Metadata()["resourceVersion"] = wanted;
                }

                if (own is not null)
                {
                    return own(live, scale);
                }

                SetReplicas(definition, live, replicas);
                return live;
            },
            write with { IsApply = own is not null },
            cancellationToken);
        return Of(definition, outcome.ToJson());
    }

    private static Task GetAsync(ResourceRequest request)
    {
        var media = MediaType.Negotiate(request.Http.Request, watchable: false, shapes: true);
        var scale = Get(request.Service, request.Definition, request.Path.Namespace, request.Path.Name);
        return Answer.ObjectAsync(request.Http, 200, ScaleDefinition, new Outcome(scale), media, request.Now);
    }

    private static async Task UpdateAsync(ResourceRequest request, string optionsKind)
    {
        var media = MediaType.Negotiate(request.Http.Request, watchable: false, shapes: false);
        var write = WriteOptionsReader.Read(request, optionsKind);
        var change = request.Http.Request.Method == "PUT" ? await ReplaceAsync(request, write) : await PatchAsync(request, write);
        var own = request.Http.Request.Method == "PATCH" && RequestBody.TypeOf(request.Http.Request) == PatchHandler.Apply ? Owner(request, write) : null;
        var scale = await UpdateAsync(request.Service, request.Definition, request.Path.Namespace, request.Path.Name, change, write, request.Cancellation, own);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, scale, media);
    }

    private static async Task<Func<JsonObject, JsonObject>> ReplaceAsync(ResourceRequest request, WriteRequest write)
    {
        var duplicates = new List<string>();
        var body = await RequestBody.ReadObjectAsync(request.Http, "Scale", duplicates);
        WriteHandler.CheckType(request, ScaleDefinition, body);
        var validation = RequestBody.TypeOf(request.Http.Request) == MediaType.Protobuf ? FieldValidation.Ignore : write.FieldValidation;
        var value = Defaulting.Decode(ScaleDefinition, body, validation, duplicates, write.Warnings);
        if (value.Name() != request.Path.Name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({value.Name()}) does not match the name on the URL ({request.Path.Name})");
        }

        return _ => value;
    }

    /// <summary>
    /// Applying a scale is applying the object's number of replicas: others may be in the way, and the applier owns it afterwards
    /// (apimachinery's ScaleHandler).
    /// </summary>
    private static Func<JsonObject, JsonObject, JsonObject> Owner(ResourceRequest request, WriteRequest write)
    {
        var definition = request.Definition;
        var force = ListOptions.Flag(request.Http.Request.Query, "force");
        PatchHandler.CheckOptions(request, PatchHandler.Apply, force);
        return (live, scale) =>
        {
            var configuration = new JsonObject { ["apiVersion"] = definition.ApiVersion, ["kind"] = definition.Kind };
            SetReplicas(definition, configuration, scale.Object("spec").Number("replicas") ?? 0);
            return ServerSideApply.Apply(live, configuration, write.FieldManager, force == true, definition.Schema, request.Now, "scale");
        };
    }

    private static async Task<Func<JsonObject, JsonObject>> PatchAsync(ResourceRequest request, WriteRequest write)
    {
        var type = RequestBody.TypeOf(request.Http.Request);
        var bytes = await RequestBody.ReadAsync(request.Http);
        if (type != PatchHandler.Apply)
        {
            return PatchHandler.IsPatch(type) ? scale => PatchHandler.Patch(ScaleDefinition, scale, bytes, type, write) : throw ApiErrors.UnroutableMediaType();
        }

        var applied = YamlReader.ReadObject(bytes, "Scale", []);
        return scale => PatchHandler.Decode(ScaleDefinition, MergePatch.Apply(scale, applied) as JsonObject ?? [], null, [], write);
    }

    private static string Age(JsonObject value, DateTimeOffset now) =>
        DateTimeOffset.TryParse(value.Metadata().Text("creationTimestamp"), CultureInfo.InvariantCulture, out var created) ? Durations.Age(now - created) : "<unknown>";

    private static JsonObject Of(ResourceDefinition definition, JsonObject value)
    {
        var scale = definition.Scale!;
        var source = value.Metadata();
        var metadata = new JsonObject();
        foreach (var field in (ReadOnlySpan<string>)["name", "namespace", "uid", "resourceVersion", "creationTimestamp"])
        {
            metadata.Put(field, source[field]?.DeepClone());
        }

        var spec = new JsonObject();
        if (value.At(scale.SpecReplicasPath) is { } replicas && replicas.ToJsonString() != "0")
        {
            spec["replicas"] = replicas.DeepClone();
        }

        var status = new JsonObject { ["replicas"] = value.At(scale.StatusReplicasPath)?.DeepClone() ?? 0 };
        if (scale.LabelSelectorPath is { } path && SelectorText(value.At(path)) is { Length: > 0 } selector)
        {
            status["selector"] = selector;
        }

        return new JsonObject { ["kind"] = "Scale", ["apiVersion"] = "autoscaling/v1", ["metadata"] = metadata, ["spec"] = spec, ["status"] = status };
    }

    /// <summary>A selector in its text form; custom resources have it as text already.</summary>
    private static string? SelectorText(JsonNode? selector)
    {
        if (selector is not JsonObject value)
        {
            return selector?.GetValueKind() == System.Text.Json.JsonValueKind.String ? selector.GetValue<string>() : null;
        }

        var terms = (value.Object("matchLabels") ?? []).Select(label => (label.Key, Text: $"{label.Key}={label.Value}"))
            .Concat((value.Array("matchExpressions") ?? []).OfType<JsonObject>().Select(Expression));
        return string.Join(",", terms.OrderBy(term => term.Key, StringComparer.Ordinal).Select(term => term.Text));
    }

    private static (string Key, string Text) Expression(JsonObject expression)
    {
        var key = expression.Text("key") ?? "";
        var values = string.Join(",", MetadataRules.Strings(expression.Array("values")).Order(StringComparer.Ordinal));
        return (key, expression.Text("operator") switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "Exists" => key,
            _ => "!" + key,
        });
    }

    private static void SetReplicas(ResourceDefinition definition, JsonObject value, long replicas)
    {
        var parts = definition.Scale!.SpecReplicasPath.Split('.', StringSplitOptions.RemoveEmptyEntries);
        var target = value;
        foreach (var part in parts[..^1])
        {
            if (target[part] is not JsonObject child)
            {
                child = [];
                target[part] = child;
            }

            target = child;
        }

        target[parts[^1]] = replicas;
    }
}
