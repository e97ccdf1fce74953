using System.Collections.Immutable;
using System.Text.Json;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.State;

/// <summary>One resource as JSON: apitype.ResourceV3, field by field. What the engine has no use for is kept as it stands.</summary>
internal sealed class ResourceJson(PropertyJson properties)
{
    // In the file's order. A resource that uses one of the last needs a CLI that knows the feature, as the file's 'features' then say.
    private static readonly HashSet<string> Fields =
    [
        "urn", "custom", "delete", "id", "type", "inputs", "outputs", "parent", "protect", "taint", "external", "dependencies", "initErrors", "provider",
        "propertyDependencies", "pendingReplacement", "additionalSecretOutputs", "customTimeouts", "importID", "retainOnDelete", "deletedWith", "replaceWith",
        "created", "modified", "ignoreChanges", "replaceOnChanges", "replacementTrigger",
    ];

    private static readonly (string Field, string Feature)[] Features =
    [
        ("refreshBeforeUpdate", "refreshBeforeUpdate"), ("viewOf", "views"), ("resourceHooks", "hooks"), ("extensionRef", "extensionParameterization"), ("snippetID", "snippets-prototype"),
    ];

    /// <summary>What a reader of this resource has to understand beyond version 3.</summary>
    public static IEnumerable<string> FeaturesOf(ResourceState resource)
    {
        if (resource.Taint)
        {
            yield return "taint";
        }

        if (!resource.ReplaceWith.IsEmpty)
        {
            yield return "replaceWith";
        }

        if (resource.Extra is not { } extra)
        {
            yield break;
        }

        foreach (var (field, feature) in Features)
        {
            if (extra.ContainsKey(field))
            {
                yield return feature;
            }
        }
    }

    public void Write(Utf8JsonWriter json, ResourceState resource)
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
        WritePropertyDependencies(json, resource.PropertyDependencies);
        WriteFlag(json, "pendingReplacement", resource.PendingReplacement);
        WriteList(json, "additionalSecretOutputs", resource.AdditionalSecretOutputs);
        WriteTimeouts(json, resource.CustomTimeouts);
        WriteText(json, "importID", resource.ImportId);
        WriteFlag(json, "retainOnDelete", resource.RetainOnDelete);
        WriteText(json, "deletedWith", resource.DeletedWith?.Value);
        WriteList(json, "replaceWith", resource.ReplaceWith.Select(urn => urn.Value));
        WriteText(json, "created", resource.Created?.Text);
        WriteText(json, "modified", resource.Modified?.Text);
        WriteList(json, "ignoreChanges", resource.IgnoreChanges);
        WriteList(json, "replaceOnChanges", resource.ReplaceOnChanges);
        if (resource.ReplacementTrigger is { } trigger)
        {
            json.WritePropertyName("replacementTrigger");
            properties.Write(json, trigger);
        }

        JsonFields.Write(json, resource.Extra);
        json.WriteEndObject();
    }

    /// <exception cref="FormatException">It is no resource.</exception>
    /// <exception cref="EngineException">A secret cannot be decrypted.</exception>
    public ResourceState Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("a resource is not a JSON object");
        }

        var urn = JsonFields.Urn(json, "urn") ?? throw new FormatException("a resource has no 'urn'");
        try
        {
            return Read(json, urn);
        }
        catch (FormatException e)
        {
            throw new FormatException($"resource {urn}: {e.Message}", e);
        }
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
        if (value is { Length: > 0 })
        {
            json.WriteString(name, value);
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

    private static void WritePropertyDependencies(Utf8JsonWriter json, ImmutableSortedDictionary<string, ImmutableArray<Urn>> dependencies)
    {
        if (dependencies.IsEmpty)
        {
            return;
        }

        json.WriteStartObject("propertyDependencies");
        foreach (var (property, urns) in dependencies)
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

    private static void WriteTimeouts(Utf8JsonWriter json, CustomTimeouts? timeouts)
    {
        if (timeouts is null)
        {
            return;
        }

        json.WriteStartObject("customTimeouts");
        foreach (var (name, time) in new[] { ("create", timeouts.Create), ("update", timeouts.Update), ("delete", timeouts.Delete), ("read", timeouts.Read) })
        {
            if (time is { } value)
            {
                json.WriteNumber(name, value.TotalSeconds);
            }
        }

        json.WriteEndObject();
    }

    private void WriteMap(Utf8JsonWriter json, string name, PropertyMap map)
    {
        if (map.Count > 0)
        {
            json.WritePropertyName(name);
            properties.Write(json, map);
        }
    }

    private ResourceState Read(JsonElement json, Urn urn)
    {
        var type = JsonFields.Text(json, "type");
        if (type is not null && type != urn.Type)
        {
            throw new FormatException($"its 'type' is '{type}', its URN says '{urn.Type}'");
        }

        return new ResourceState
        {
            Urn = urn,
            Custom = JsonFields.Flag(json, "custom"),
            Delete = JsonFields.Flag(json, "delete"),
            Id = JsonFields.Text(json, "id"),
            Inputs = ReadMap(json, "inputs"),
            Outputs = ReadMap(json, "outputs"),
            Parent = JsonFields.Urn(json, "parent"),
            Protect = JsonFields.Flag(json, "protect"),
            Taint = JsonFields.Flag(json, "taint"),
            External = JsonFields.Flag(json, "external"),
            Dependencies = JsonFields.Urns(json, "dependencies"),
            InitErrors = JsonFields.Texts(json, "initErrors"),
            Provider = JsonFields.Text(json, "provider"),
            PropertyDependencies = JsonFields.Find(json, "propertyDependencies", JsonValueKind.Object) is { } dependencies
                ? dependencies.EnumerateObject().ToImmutableSortedDictionary(entry => entry.Name, entry => JsonFields.Urns(entry.Value), StringComparer.Ordinal)
                : ImmutableSortedDictionary<string, ImmutableArray<Urn>>.Empty,
            PendingReplacement = JsonFields.Flag(json, "pendingReplacement"),
            AdditionalSecretOutputs = JsonFields.Texts(json, "additionalSecretOutputs"),
            CustomTimeouts = JsonFields.Find(json, "customTimeouts", JsonValueKind.Object) is { } timeouts
                ? new CustomTimeouts(Seconds(timeouts, "create"), Seconds(timeouts, "update"), Seconds(timeouts, "delete")) { Read = Seconds(timeouts, "read") }
                : null,
            ImportId = JsonFields.Text(json, "importID"),
            RetainOnDelete = JsonFields.Flag(json, "retainOnDelete"),
            DeletedWith = JsonFields.Urn(json, "deletedWith"),
            ReplaceWith = JsonFields.Urns(json, "replaceWith"),
            Created = Time(json, "created"),
            Modified = Time(json, "modified"),
            IgnoreChanges = JsonFields.Texts(json, "ignoreChanges"),
            ReplaceOnChanges = JsonFields.Texts(json, "replaceOnChanges"),
            ReplacementTrigger = json.TryGetProperty("replacementTrigger", out var trigger) && trigger.ValueKind != JsonValueKind.Null ? properties.Read(trigger) : null,
            Extra = JsonFields.Rest(json, Fields),
        };
    }

    private PropertyMap ReadMap(JsonElement json, string name) => JsonFields.Find(json, name, JsonValueKind.Object) is { } map ? properties.ReadMap(map) : PropertyMap.Empty;

    private static TimeSpan? Seconds(JsonElement json, string name) => JsonFields.Find(json, name, JsonValueKind.Number) is { } seconds ? TimeSpan.FromSeconds(seconds.GetDouble()) : null;

    private static Timestamp? Time(JsonElement json, string name) => JsonFields.Text(json, name) switch
    {
        null => null,
        var text when Timestamp.TryParse(text, out var time) => time,
        var text => throw new FormatException($"'{name}' is '{text}', which is not a time"),
    };
}
