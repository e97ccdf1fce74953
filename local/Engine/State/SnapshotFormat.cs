using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Secrets;

namespace Scalelab.Engine.State;

/// <summary>
/// The CLI's deployment JSON: what <c>pulumi stack export</c> writes. Field names and forms are those of apitype.UntypedDeployment,
/// DeploymentV3 and ResourceV3. Written is version 3, or 4 with a list of features where a resource needs a reader that knows them, as
/// the CLI does it; read are 1 to 4.
/// </summary>
/// <param name="secrets">Encrypts what is written; null writes it in clear.</param>
/// <param name="providers">Finds the manager that encrypted a file.</param>
internal sealed class SnapshotFormat(ISecretsManager? secrets, SecretsProviders providers)
{
    public const int Version = 3;
    private const int VersionWithFeatures = 4;
    private const int FirstVersionWithPropertyDependencies = 3;

    // Of the resources with views or from snippets and extensions the program says nothing: an update would delete them.
    private static readonly HashSet<string> UnderstoodFeatures = ["refreshBeforeUpdate", "hooks", "taint", "replaceWith", "byteString"];

    // Which values make this one necessary is not looked at again: values that are kept as they are keep needing it.
    private static readonly string[] KeptFeatures = ["byteString"];

    private static readonly HashSet<string> DeploymentFields = ["manifest", "secrets_providers", "resources", "pending_operations", "metadata"];

    private readonly PropertyJson _properties = new(secrets);

    public static JsonWriterOptions Compact { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonWriterOptions Indented { get; } = new() { Indented = true, IndentSize = 4, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Write(Stream stream, Snapshot snapshot)
    {
        using var json = new Utf8JsonWriter(stream, Indented);
        var features = snapshot.Features.Intersect(KeptFeatures).Concat(snapshot.Resources.SelectMany(ResourceJson.FeaturesOf)).ToImmutableSortedSet(StringComparer.Ordinal);
        json.WriteStartObject();
        json.WriteNumber("version", features.IsEmpty ? Version : VersionWithFeatures);
        if (!features.IsEmpty)
        {
            json.WriteStartArray("features");
            foreach (var feature in features)
            {
                json.WriteStringValue(feature);
            }

            json.WriteEndArray();
        }

        json.WriteStartObject("deployment");
        WriteManifest(json, snapshot.Manifest);
        WriteProvider(json, secrets ?? snapshot.SecretsProvider);
        WriteResources(json, snapshot);
        json.WritePropertyName("metadata");
        (snapshot.Metadata ?? []).WriteTo(json);
        JsonFields.Write(json, snapshot.Extra);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <exception cref="FormatException">It is not a deployment of a version that is understood; the message says why.</exception>
    /// <exception cref="EngineException">A secret cannot be decrypted.</exception>
    public Snapshot Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return Read(document.RootElement);
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

    /// <summary>One operation, for the journal.</summary>
    public void Write(Utf8JsonWriter json, PendingOperation operation)
    {
        json.WriteStartObject();
        json.WritePropertyName("resource");
        Write(json, operation.Resource);
        json.WriteString("type", Name(operation.Type));
        json.WriteEndObject();
    }

    /// <summary>One resource, for the journal.</summary>
    public void Write(Utf8JsonWriter json, ResourceState resource) => new ResourceJson(_properties).Write(json, resource);

    /// <summary>One set of outputs, for the journal.</summary>
    public void Write(Utf8JsonWriter json, PropertyMap map) => _properties.Write(json, map);

    /// <inheritdoc cref="WriteProvider(Utf8JsonWriter, ISecretsManager)"/>
    public void WriteProvider(Utf8JsonWriter json) => WriteProvider(json, secrets);

    /// <summary>Reads parts of what the given manager encrypted.</summary>
    public PropertyJson PropertiesOf(ISecretsManager? manager) => manager is not null && secrets is not null && manager.IsSameAs(secrets) ? _properties : new PropertyJson(manager);

    /// <summary>The manager that a <c>secrets_providers</c> field names; null when there is none.</summary>
    public ISecretsManager? ProviderOf(JsonElement json) =>
        JsonFields.Find(json, "secrets_providers", JsonValueKind.Object) is { } field && JsonFields.Text(field, "type") is { } type
            ? providers.OfState(type, field.TryGetProperty("state", out var state) && state.ValueKind == JsonValueKind.Object ? (JsonObject)JsonNode.Parse(state.GetRawText())! : null)
            : null;

    public static PendingOperation ReadOperation(ResourceJson format, JsonElement json) => new(
        format.Read(JsonFields.Find(json, "resource", JsonValueKind.Object) ?? throw new FormatException("a pending operation has no 'resource'")),
        JsonFields.Text(json, "type") switch
        {
            "creating" => OperationType.Creating,
            "updating" => OperationType.Updating,
            "deleting" => OperationType.Deleting,
            "reading" => OperationType.Reading,
            var other => throw new FormatException($"a pending operation has the unknown type '{other}'"),
        });

    private static string Name(OperationType type) => type switch
    {
        OperationType.Creating => "creating",
        OperationType.Updating => "updating",
        OperationType.Deleting => "deleting",
        _ => "reading",
    };

    private static void WriteManifest(Utf8JsonWriter json, JsonObject? manifest)
    {
        json.WritePropertyName("manifest");
        (manifest ?? Snapshot.ManifestOf(DateTimeOffset.UnixEpoch)).WriteTo(json);
    }

    private static void WriteProvider(Utf8JsonWriter json, ISecretsManager? manager)
    {
        if (manager is null)
        {
            return;
        }

        json.WriteStartObject("secrets_providers");
        json.WriteString("type", manager.Type);
        if (manager.State is { } state)
        {
            json.WritePropertyName("state");
            state.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private void WriteResources(Utf8JsonWriter json, Snapshot snapshot)
    {
        if (!snapshot.Resources.IsEmpty)
        {
            json.WriteStartArray("resources");
            foreach (var resource in snapshot.Resources)
            {
                Write(json, resource);
            }

            json.WriteEndArray();
        }

        if (!snapshot.PendingOperations.IsEmpty)
        {
            json.WriteStartArray("pending_operations");
            foreach (var operation in snapshot.PendingOperations)
            {
                Write(json, operation);
            }

            json.WriteEndArray();
        }
    }

    private Snapshot Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("it is not a JSON object");
        }

        var version = JsonFields.Find(root, "version", JsonValueKind.Number)?.GetInt32() ?? throw new FormatException("'version' is missing");
        if (version is < 1 or > VersionWithFeatures)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"its version is {version}; versions 1 to {VersionWithFeatures} are understood"));
        }

        var features = version < VersionWithFeatures ? [] : JsonFields.Texts(root, "features");
        if (features.Where(feature => !UnderstoodFeatures.Contains(feature)).ToArray() is { Length: > 0 } foreign)
        {
            throw new FormatException($"it needs features that the embedded engine does not have: {string.Join(", ", foreign)}. Keep this stack with the Pulumi CLI");
        }

        var deployment = JsonFields.Find(root, "deployment", JsonValueKind.Object) ?? throw new FormatException("'deployment' is missing");
        var manager = ProviderOf(deployment);
        var format = new ResourceJson(PropertiesOf(manager));
        var resources = List(deployment, "resources").Select(format.Read).ToImmutableArray();
        return new Snapshot(
            version < FirstVersionWithPropertyDependencies ? [.. resources.Select(WithPropertyDependencies)] : resources,
            [.. List(deployment, "pending_operations").Select(operation => ReadOperation(format, operation))],
            JsonFields.Rest(deployment, DeploymentFields))
        {
            Manifest = Node(deployment, "manifest"),
            Metadata = Node(deployment, "metadata"),
            Features = features,
            SecretsProvider = manager,
        };
    }

    // Before version 3, whatever a resource depended on was taken to affect all of its inputs.
    private static ResourceState WithPropertyDependencies(ResourceState resource) => resource.Dependencies.IsEmpty ? resource : resource with
    {
        PropertyDependencies = resource.Inputs.Keys.ToImmutableSortedDictionary(key => key, _ => resource.Dependencies, StringComparer.Ordinal),
    };

    private static JsonElement.ArrayEnumerator List(JsonElement json, string name) => JsonFields.Find(json, name, JsonValueKind.Array)?.EnumerateArray() ?? default;

    private static JsonObject? Node(JsonElement json, string name) => JsonFields.Find(json, name, JsonValueKind.Object) is { } found ? (JsonObject?)JsonNode.Parse(found.GetRawText()) : null;
}
