using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;

namespace Pulumi.Serialization;

/// <summary>
/// Reads Pulumi's encoding into plain values: bool, double, string, immutable arrays and dictionaries of them, assets, resources.
/// One unknown or secret part makes the whole unknown or secret.
/// </summary>
internal static class PropertyDeserializer
{
    public static OutputData<object?> Deserialize(Value value)
    {
        var taints = new TaintCollector();
        var result = Read(value, taints);
        return taints.ToData(result);
    }

    /// <summary>The value with outputs in the places of what is unknown or secret.</summary>
    public static object? DeserializeInPlace(Value value)
        => Read(value, taints: null);

    /// <summary>The fields whose values are known and not null, without their taints.</summary>
    public static ImmutableDictionary<string, object> DeserializeKnown(Struct fields)
    {
        var result = ImmutableDictionary.CreateBuilder<string, object>();
        foreach (var (name, value) in fields.Fields)
        {
            if (Deserialize(value) is { IsKnown: true, Value: { } known })
            {
                result.Add(name, known);
            }
        }

        return result.ToImmutable();
    }

    private static object? Read(Value value, TaintCollector? taints)
        => value.KindCase switch
        {
            Value.KindOneofCase.BoolValue => value.BoolValue,
            Value.KindOneofCase.NumberValue => value.NumberValue,
            Value.KindOneofCase.StringValue when value.StringValue == WireNames.Unknown => ReadUnknown(taints),
            Value.KindOneofCase.StringValue => value.StringValue,
            Value.KindOneofCase.ListValue => value.ListValue.Values.Select(element => Read(element, taints)).ToImmutableArray(),
            Value.KindOneofCase.StructValue => ReadStruct(value.StructValue, taints),
            _ => null,
        };

    private static object? ReadStruct(Struct fields, TaintCollector? taints)
        => Text(fields, WireNames.Signature) switch
        {
            WireNames.SecretSignature => ReadSecret(fields, taints),
            WireNames.AssetSignature => ReadAsset(fields),
            WireNames.ArchiveSignature => ReadArchive(fields),
            WireNames.ResourceSignature => ReadResource(fields),
            WireNames.OutputSignature => ReadOutput(fields),
            _ => ReadMap(fields, taints),
        };

    private static ImmutableDictionary<string, object?> ReadMap(Struct fields, TaintCollector? taints)
    {
        var result = ImmutableDictionary.CreateBuilder<string, object?>();
        foreach (var (name, value) in fields.Fields)
        {
            // Names with two underscores belong to providers and engine, not to the resource.
            if (!name.StartsWith("__", StringComparison.Ordinal))
            {
                result.Add(name, Read(value, taints));
            }
        }

        return result.ToImmutable();
    }

    private static object? ReadUnknown(TaintCollector? taints)
    {
        var unknown = OutputData<object?>.Unknown();
        return taints == null ? new Output<object?>(unknown) : taints.Take(unknown);
    }

    private static object? ReadSecret(Struct fields, TaintCollector? taints)
    {
        if (!fields.Fields.TryGetValue(WireNames.Value, out var value))
        {
            throw Malformed("secret", WireNames.Value);
        }

        if (taints == null)
        {
            return new Output<object?>(Deserialize(value) with { IsSecret = true });
        }

        taints.Take(OutputData<object?>.Known(null, isSecret: true));
        return Read(value, taints);
    }

    private static Asset ReadAsset(Struct fields)
        => Text(fields, WireNames.Path) is { } path ? new FileAsset(path)
            : Text(fields, WireNames.Uri) is { } uri ? new RemoteAsset(uri)
            : Text(fields, WireNames.Text) is { } text ? new StringAsset(text)
            : throw Malformed("asset", "path, uri or text");

    private static Archive ReadArchive(Struct fields)
    {
        if (Text(fields, WireNames.Path) is { } path)
        {
            return new FileArchive(path);
        }

        if (Text(fields, WireNames.Uri) is { } uri)
        {
            return new RemoteArchive(uri);
        }

        if (!fields.Fields.TryGetValue(WireNames.Assets, out var assets) || assets.KindCase != Value.KindOneofCase.StructValue)
        {
            throw Malformed("archive", "path, uri or assets");
        }

        return new AssetArchive(assets.StructValue.Fields.ToDictionary(
            entry => entry.Key,
            entry => Deserialize(entry.Value).Value as AssetOrArchive ?? throw Malformed("archive", $"an asset or archive at '{entry.Key}'")));
    }

    private static DependencyResource ReadResource(Struct fields)
        => new(Text(fields, WireNames.Urn) ?? throw Malformed("resource reference", WireNames.Urn), Text(fields, WireNames.Id));

    private static Output<object?> ReadOutput(Struct fields)
    {
        var isKnown = fields.Fields.TryGetValue(WireNames.Value, out var value);
        var isSecret = fields.Fields.TryGetValue(WireNames.Secret, out var secret) && secret.BoolValue;
        var dependencies = fields.Fields.TryGetValue(WireNames.Dependencies, out var urns)
            ? urns.ListValue.Values.Select(urn => (Resource)new DependencyResource(urn.StringValue))
            : [];
        return new Output<object?>(new OutputData<object?>([.. dependencies], isKnown ? Deserialize(value!).Value : null, isKnown, isSecret));
    }

    private static string? Text(Struct fields, string name)
        => fields.Fields.TryGetValue(name, out var value) && value.KindCase == Value.KindOneofCase.StringValue ? value.StringValue : null;

    private static InvalidOperationException Malformed(string what, string lacking)
        => new($"The engine sent a malformed {what}: it lacks {lacking}.");
}
