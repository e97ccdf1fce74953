using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Secrets;

namespace Scalelab.Engine.State;

/// <summary>
/// The CLI's deployment JSON, version 3: what <c>pulumi stack export</c> writes. Field names and forms are those of apitype.DeploymentV3
/// and apitype.ResourceV3.
/// </summary>
internal sealed class SnapshotFormat(ISecretsManager secrets)
{
    public const int Version = 3;

    private static readonly JsonWriterOptions Indented = new() { Indented = true, IndentSize = 4, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly HashSet<string> ResourceFields =
    [
        "urn", "custom", "delete", "id", "type", "inputs", "outputs", "parent", "protect", "taint", "external", "dependencies", "initErrors", "provider",
        "propertyDependencies", "pendingReplacement", "additionalSecretOutputs", "customTimeouts", "retainOnDelete", "ignoreChanges", "replaceOnChanges",
        "importID", "deletedWith", "replaceWith", "replacementTrigger", "created", "modified",
    ];

    private static readonly HashSet<string> DeploymentFields = ["manifest", "secrets_providers", "resources", "pending_operations"];

    // A resource's JSON is made once, however often the file is written: states never change in place, and a secret keeps its ciphertext.
    private readonly ConditionalWeakTable<ResourceState, byte[]> _written = [];

    public byte[] Write(Snapshot snapshot, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteStartObject("deployment");
            json.WriteStartObject("manifest");
            json.WriteString("time", Time(now));
            json.WriteString("magic", "");
            json.WriteString("version", "");
            json.WriteEndObject();
            json.WriteStartObject("secrets_providers");
            json.WriteString("type", secrets.Type);
            if (secrets.State is { } state)
            {
                json.WritePropertyName("state");
                state.WriteTo(json);
            }

            json.WriteEndObject();
            json.WriteStartArray("resources");
            foreach (var resource in snapshot.Resources)
            {
                json.WriteRawValue(Write(resource), skipInputValidation: true);
            }

            json.WriteEndArray();
            if (!snapshot.PendingOperations.IsEmpty)
            {
                json.WriteStartArray("pending_operations");
                foreach (var operation in snapshot.PendingOperations)
                {
                    json.WriteStartObject();
                    json.WritePropertyName("resource");
                    json.WriteRawValue(Write(operation.Resource), skipInputValidation: true);
                    json.WriteString("type", Name(operation.Type));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            foreach (var (key, value) in snapshot.Extra ?? [])
            {
                json.WritePropertyName(key);
                WriteNode(json, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">It is not a deployment of version 3; the message says why.</exception>
    /// <exception cref="EngineException">A secret cannot be decrypted.</exception>
    public Snapshot Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var root = JsonNode.Parse(utf8) as JsonObject ?? throw new FormatException("it is not a JSON object");
            var version = root["version"]?.GetValue<int>() ?? throw new FormatException("'version' is missing");
            if (version != Version)
            {
                throw new FormatException($"its version is {version}; only {Version} is understood");
            }

            var deployment = root["deployment"] as JsonObject ?? throw new FormatException("'deployment' is missing");
            var manager = deployment["secrets_providers"]?["type"]?.GetValue<string>();
            if (manager is not null && manager != secrets.Type && utf8.IndexOf("\"ciphertext\""u8) >= 0)
            {
                throw new FormatException($"its secrets are encrypted by '{manager}'; only '{secrets.Type}' is understood here");
            }

            var resources = (deployment["resources"] as JsonArray ?? []).Select(ReadResource).ToImmutableArray();
            var pending = (deployment["pending_operations"] as JsonArray ?? []).Select(ReadOperation).ToImmutableArray();
            return new Snapshot(resources, pending, Rest(deployment, DeploymentFields));
        }
        catch (JsonException e)
        {
            throw new FormatException($"it is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine})", e);
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"a field has the wrong type: {e.Message}", e);
        }
    }

    private static string Name(OperationType type) => type switch
    {
        OperationType.Creating => "creating",
        OperationType.Updating => "updating",
        OperationType.Deleting => "deleting",
        _ => "reading",
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>One resource, as the deployment lists it.</summary>
    public byte[] Write(ResourceState resource) => _written.GetValue(resource, state =>
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            WriteResource(json, state);
        }

        return buffer.WrittenSpan.ToArray();
    });

    private void WriteResource(Utf8JsonWriter json, ResourceState resource)
    {
        json.WriteStartObject();
        json.WriteString("urn", resource.Urn.Value);
        json.WriteBoolean("custom", resource.Custom);
        WriteFlag(json, "delete", resource.Delete);
        WriteText(json, "id", resource.Id);
        json.WriteString("type", resource.Type);
        WriteMap(json, "inputs", resource.Inputs);
        WriteMap(json, "outputs", resource.Outputs);
        WriteText(json, "parent", resource.Parent?.Value);
        WriteFlag(json, "protect", resource.Protect);
        WriteFlag(json, "taint", resource.Taint);
        WriteFlag(json, "external", resource.External);
        WriteList(json, "dependencies", resource.Dependencies.Select(urn => urn.Value));
        WriteList(json, "initErrors", resource.InitErrors);
        WriteText(json, "provider", resource.Provider);
        if (!resource.PropertyDependencies.IsEmpty)
        {
            json.WriteStartObject("propertyDependencies");
            foreach (var (property, urns) in resource.PropertyDependencies)
            {
                json.WriteStartArray(property);
                foreach (var urn in urns)
                {
                    json.WriteStringValue(urn.Value);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        WriteFlag(json, "pendingReplacement", resource.PendingReplacement);
        WriteList(json, "additionalSecretOutputs", resource.AdditionalSecretOutputs);
        if (resource.CustomTimeouts is { } timeouts)
        {
            json.WriteStartObject("customTimeouts");
            WriteSeconds(json, "create", timeouts.Create);
            WriteSeconds(json, "update", timeouts.Update);
            WriteSeconds(json, "delete", timeouts.Delete);
            WriteSeconds(json, "read", timeouts.Read);
            json.WriteEndObject();
        }

        WriteText(json, "importID", resource.ImportId);
        WriteFlag(json, "retainOnDelete", resource.RetainOnDelete);
        WriteText(json, "deletedWith", resource.DeletedWith?.Value);
        WriteList(json, "replaceWith", resource.ReplaceWith.Select(urn => urn.Value));
        WriteText(json, "created", resource.Created is { } created ? Time(created) : null);
        WriteText(json, "modified", resource.Modified is { } modified ? Time(modified) : null);
        WriteList(json, "ignoreChanges", resource.IgnoreChanges);
        WriteList(json, "replaceOnChanges", resource.ReplaceOnChanges);
        if (resource.ReplacementTrigger is { } trigger)
        {
            json.WritePropertyName("replacementTrigger");
            WriteNode(json, ToJson(trigger));
        }

        foreach (var (key, value) in resource.Extra ?? [])
        {
            json.WritePropertyName(key);
            WriteNode(json, value);
        }

        json.WriteEndObject();
    }

    private static void WriteFlag(Utf8JsonWriter json, string name, bool value)
    {
        if (value)
        {
            json.WriteBoolean(name, value);
        }
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteSeconds(Utf8JsonWriter json, string name, TimeSpan? value)
    {
        if (value is { } time)
        {
            json.WriteNumber(name, time.TotalSeconds);
        }
    }

    private static void WriteNode(Utf8JsonWriter json, JsonNode? node)
    {
        if (node is null)
        {
            json.WriteNullValue();
        }
        else
        {
            node.WriteTo(json);
        }
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        using var items = values.GetEnumerator();
        if (!items.MoveNext())
        {
            return;
        }

        json.WriteStartArray(name);
        do
        {
            json.WriteStringValue(items.Current);
        }
        while (items.MoveNext());
        json.WriteEndArray();
    }

    private void WriteMap(Utf8JsonWriter json, string name, PropertyMap map)
    {
        if (map.Count > 0)
        {
            json.WritePropertyName(name);
            WriteNode(json, ToJson(map));
        }
    }

    private JsonNode? ToJson(PropertyValue value) => value switch
    {
        PropertyMap map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, ToJson(entry.Value)))),
        ListValue { Items: var items } => new JsonArray([.. items.Select(ToJson)]),
        SecretValue { Value: var inner } => new JsonObject
        {
            [Signatures.Key] = Signatures.Secret,
            ["ciphertext"] = secrets.Encrypt(ToJson(inner.Revealed)?.ToJsonString() ?? "null"),
        },
        // Only previews know unknown values, and previews write no state.
        UnknownValue => throw new InvalidOperationException("An unknown value must not reach the state."),
        _ => PlainJson.ToJson(value),
    };

    private PropertyValue FromJson(JsonNode? json)
    {
        switch (json)
        {
            case JsonObject map when IsSecret(map):
                var text = map["plaintext"]?.GetValue<string>() ?? secrets.Decrypt(map["ciphertext"]?.GetValue<string>() ?? "");
                return PropertyValue.Secret(FromJson(JsonNode.Parse(text)));
            case JsonObject map:
                return FromJson(map);
            case JsonArray list:
                return new ListValue([.. list.Select(FromJson)]);
            default:
                return PlainJson.FromJson(json);
        }
    }

    private static bool IsSecret(JsonObject map) =>
        map.TryGetPropertyValue(Signatures.Key, out var signature) && signature is JsonValue value && value.TryGetValue(out string? text) && text == Signatures.Secret;

    private PropertyMap FromJson(JsonObject? map) => map is null
        ? PropertyMap.Empty
        : new PropertyMap(map.Select(entry => KeyValuePair.Create(entry.Key, FromJson(entry.Value))));

    private PendingOperation ReadOperation(JsonNode? node) => new(
        ReadResource(node?["resource"]),
        node?["type"]?.GetValue<string>() switch
        {
            "creating" => OperationType.Creating,
            "updating" => OperationType.Updating,
            "deleting" => OperationType.Deleting,
            "reading" => OperationType.Reading,
            var other => throw new FormatException($"a pending operation has the unknown type '{other}'"),
        });

    private ResourceState ReadResource(JsonNode? node)
    {
        var json = node as JsonObject ?? throw new FormatException("a resource is not a JSON object");
        return new ResourceState
        {
            Urn = ReadUrn(json["urn"]) ?? throw new FormatException("a resource has no 'urn'"),
            Custom = Flag(json, "custom"),
            Delete = Flag(json, "delete"),
            Id = json["id"]?.GetValue<string>(),
            Inputs = FromJson(json["inputs"] as JsonObject),
            Outputs = FromJson(json["outputs"] as JsonObject),
            Parent = ReadUrn(json["parent"]),
            Protect = Flag(json, "protect"),
            Taint = Flag(json, "taint"),
            External = Flag(json, "external"),
            Dependencies = ReadUrns(json["dependencies"]),
            InitErrors = ReadTexts(json["initErrors"]),
            Provider = json["provider"]?.GetValue<string>() is { Length: > 0 } provider ? provider : null,
            PropertyDependencies = (json["propertyDependencies"] as JsonObject ?? [])
                .ToImmutableSortedDictionary(entry => entry.Key, entry => ReadUrns(entry.Value), StringComparer.Ordinal),
            PendingReplacement = Flag(json, "pendingReplacement"),
            AdditionalSecretOutputs = ReadTexts(json["additionalSecretOutputs"]),
            CustomTimeouts = json["customTimeouts"] is JsonObject timeouts
                ? new CustomTimeouts(Seconds(timeouts, "create"), Seconds(timeouts, "update"), Seconds(timeouts, "delete")) { Read = Seconds(timeouts, "read") }
                : null,
            RetainOnDelete = Flag(json, "retainOnDelete"),
            IgnoreChanges = ReadTexts(json["ignoreChanges"]),
            ReplaceOnChanges = ReadTexts(json["replaceOnChanges"]),
            ImportId = json["importID"]?.GetValue<string>() is { Length: > 0 } import ? import : null,
            DeletedWith = ReadUrn(json["deletedWith"]),
            ReplaceWith = ReadUrns(json["replaceWith"]),
            ReplacementTrigger = json["replacementTrigger"] is { } trigger ? FromJson(trigger) : null,
            Created = json["created"]?.GetValue<DateTimeOffset>(),
            Modified = json["modified"]?.GetValue<DateTimeOffset>(),
            Extra = Rest(json, ResourceFields),
        };
    }

    private static bool Flag(JsonObject json, string name) => json[name]?.GetValue<bool>() ?? false;

    private static TimeSpan? Seconds(JsonObject json, string name) => json[name] is { } value ? TimeSpan.FromSeconds(value.GetValue<double>()) : null;

    private static ImmutableArray<string> ReadTexts(JsonNode? node) => [.. (node as JsonArray ?? []).Select(item => item?.GetValue<string>() ?? "")];

    private static ImmutableArray<Urn> ReadUrns(JsonNode? node) => [.. (node as JsonArray ?? []).Select(item => ReadUrn(item) ?? throw new FormatException("a dependency is empty"))];

    private static Urn? ReadUrn(JsonNode? node) => node?.GetValue<string>() switch
    {
        null or "" => null,
        var text when Urn.TryParse(text, out var urn) => urn,
        var text => throw new FormatException($"'{text}' is not a URN"),
    };

    private static JsonObject? Rest(JsonObject json, HashSet<string> known)
    {
        var rest = new JsonObject(json.Where(entry => !known.Contains(entry.Key)).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())));
        return rest.Count > 0 ? rest : null;
    }
}
