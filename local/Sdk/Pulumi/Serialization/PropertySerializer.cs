using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Pulumi.Serialization;

/// <summary>How the receiver wants values that plain JSON cannot say.</summary>
/// <param name="KeepResources">Resources are sent as references; without, by their id or URN.</param>
/// <param name="KeepOutputs">Outputs are sent with their taints; without, as their value, a secret or the unknown.</param>
/// <param name="IgnoreReferences">A resource that is sent as a reference does not count as a dependency.</param>
internal readonly record struct SerializationOptions(bool KeepResources, bool KeepOutputs = false, bool IgnoreReferences = false);

/// <summary>Writes one property in Pulumi's encoding and gathers what it depends on.</summary>
internal sealed class PropertySerializer(SerializationOptions options)
{
    public HashSet<Resource> Dependencies { get; } = [];

    public bool HasUnknowns { get; private set; }

    /// <summary>The encoded value; null where there is nothing to send.</summary>
    /// <param name="path">Where the value is, for errors.</param>
    /// <param name="value">What a program may pass.</param>
    public async Task<Value?> SerializeAsync(string path, object? value)
        => value switch
        {
            null or ValueTuple => null,
            bool boolean => Value.ForBool(boolean),
            int number => Value.ForNumber(number),
            double number => Value.ForNumber(number),
            string text => Value.ForString(text),
            InputArgs args => await SerializeMapAsync(path, args.ToDictionary()).ConfigureAwait(false),
            AssetOrArchive asset => await SerializeAssetAsync(path, asset).ConfigureAwait(false),
            Task => throw new InvalidOperationException($"{path} is a Task. Give resources outputs instead: Output.Create(task)."),
            IInput input => await SerializeAsync(path, input.ToWire()).ConfigureAwait(false),
            IUnion union => await SerializeAsync(path, union.Value).ConfigureAwait(false),
            JsonElement json => SerializeJson(json),
            IOutput output => await SerializeOutputAsync(path, output).ConfigureAwait(false),
            Resource resource => await SerializeResourceAsync(path, resource).ConfigureAwait(false),
            IDictionary map => await SerializeMapAsync(path, map).ConfigureAwait(false),
            IList list => await SerializeListAsync(path, list).ConfigureAwait(false),
            System.Enum number => Value.ForNumber(Convert.ToInt32(number, null)),
            _ => await SerializeMarkedAsync(path, value).ConfigureAwait(false),
        };

    /// <summary>The properties that there are, in a stable order.</summary>
    public async Task<Struct> SerializeStructAsync(string path, IDictionary map)
    {
        var fields = new SortedDictionary<string, Value>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in map)
        {
            if (entry.Key is not string key)
            {
                throw new InvalidOperationException($"{path} has a key of type {entry.Key.GetType()}; keys must be strings.");
            }

            if (await SerializeAsync($"{path}.{key}", entry.Value).ConfigureAwait(false) is { } value)
            {
                fields.Add(key, value);
            }
        }

        return new Struct { Fields = { fields } };
    }

    private static Value SerializeJson(JsonElement json)
        => json.ValueKind switch
        {
            JsonValueKind.String => Value.ForString(json.GetString()),
            JsonValueKind.Number => Value.ForNumber(json.GetDouble()),
            JsonValueKind.True or JsonValueKind.False => Value.ForBool(json.GetBoolean()),
            JsonValueKind.Array => Value.ForList([.. json.EnumerateArray().Select(SerializeJson)]),
            JsonValueKind.Object => Value.ForStruct(new Struct
            {
                Fields = { json.EnumerateObject().ToDictionary(property => property.Name, property => SerializeJson(property.Value)) },
            }),
            _ => Value.ForNull(),
        };

    private static Value Special(string signature, params ReadOnlySpan<(string Name, Value? Value)> fields)
    {
        var special = new Struct { Fields = { [WireNames.Signature] = Value.ForString(signature) } };
        foreach (var (name, value) in fields)
        {
            if (value != null)
            {
                special.Fields[name] = value;
            }
        }

        return Value.ForStruct(special);
    }

    private async Task<Value> SerializeMapAsync(string path, IDictionary map)
        => Value.ForStruct(await SerializeStructAsync(path, map).ConfigureAwait(false));

    private async Task<Value> SerializeListAsync(string path, IList list)
    {
        if (IsDefault(list))
        {
            return Value.ForList();
        }

        var values = new Value[list.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = await SerializeAsync($"{path}[{i}]", list[i]).ConfigureAwait(false) ?? Value.ForNull();
        }

        return Value.ForList(values);

        // An immutable array that was never assigned throws at every touch.
        static bool IsDefault(IList list)
            => list.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)
                && (bool)type.GetProperty(nameof(ImmutableArray<>.IsDefault))!.GetValue(list)!;
    }

    private async Task<Value> SerializeAssetAsync(string path, AssetOrArchive asset)
    {
        var plain = new PropertySerializer(new SerializationOptions(options.KeepResources));
        var content = await plain.SerializeAsync($"{path}.{asset.Property}", asset.Value).ConfigureAwait(false);
        return Special(asset.Signature, (asset.Property, content));
    }

    private async Task<Value?> SerializeOutputAsync(string path, IOutput output)
    {
        var data = await output.GetDataAsync().ConfigureAwait(false);
        var inner = new PropertySerializer(options with { KeepOutputs = false });
        var value = data.IsKnown ? await inner.SerializeAsync(path, data.Value).ConfigureAwait(false) : null;
        HasUnknowns |= inner.HasUnknowns || !data.IsKnown;
        inner.Dependencies.UnionWith(data.Resources);
        Dependencies.UnionWith(inner.Dependencies);

        if (options.KeepOutputs)
        {
            return data is { IsKnown: true, IsSecret: false } && inner.Dependencies.Count == 0
                ? value
                : await SerializeTaintsAsync(data, value, inner.Dependencies).ConfigureAwait(false);
        }

        return !data.IsKnown ? Value.ForString(WireNames.Unknown)
            : data.IsSecret ? Special(WireNames.SecretSignature, (WireNames.Value, value ?? Value.ForNull()))
            : value;
    }

    private static async Task<Value> SerializeTaintsAsync(OutputData<object?> data, Value? value, HashSet<Resource> dependencies)
    {
        var urns = await DependencyUrns.OfAsync(dependencies).ConfigureAwait(false);
        return Special(
            WireNames.OutputSignature,
            (WireNames.Value, data.IsKnown ? value ?? Value.ForNull() : null),
            (WireNames.Secret, data.IsSecret ? Value.ForBool(true) : null),
            (WireNames.Dependencies, urns.Count > 0 ? Value.ForList([.. urns.Select(Value.ForString)]) : null));
    }

    private async Task<Value?> SerializeResourceAsync(string path, Resource resource)
    {
        var counts = !(options.KeepResources && options.IgnoreReferences);
        var inner = new PropertySerializer(options with { KeepOutputs = false });
        var urn = await inner.SerializeAsync($"{path}.urn", resource.Urn).ConfigureAwait(false);
        var id = resource is CustomResource custom
            ? await inner.SerializeAsync($"{path}.id", custom.Id).ConfigureAwait(false)
            : null;
        if (counts)
        {
            Dependencies.UnionWith(inner.Dependencies);
            if (resource is CustomResource)
            {
                Dependencies.Add(resource);
            }
        }

        if (options.KeepResources)
        {
            // A reference cannot say that the id is unknown; an empty one says that there is none yet.
            var reference = id?.StringValue == WireNames.Unknown ? Value.ForString("") : id;
            return Special(WireNames.ResourceSignature, (WireNames.Urn, urn), (WireNames.Id, reference));
        }

        HasUnknowns |= inner.HasUnknowns;

        // A component is only its URN: walking into it could wait for children that wait for it.
        return resource is CustomResource ? id : urn;
    }

    private async Task<Value?> SerializeMarkedAsync(string path, object value)
    {
        var type = value.GetType();
        if (type.IsDefined(typeof(EnumTypeAttribute), inherit: false))
        {
            return await SerializeAsync(path, EnumTypes.Unwrap(value)).ConfigureAwait(false);
        }

        if (type.IsDefined(typeof(OutputTypeAttribute), inherit: false))
        {
            var fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Where(field => field.IsInitOnly)
                .ToDictionary(field => char.ToLowerInvariant(field.Name[0]) + field.Name[1..], field => field.GetValue(value));
            return await SerializeMapAsync(path, fields).ConfigureAwait(false);
        }

        throw new InvalidOperationException(
            $"{path} is of type {type.FullName}, which cannot be sent. Allowed are bool, int, double, string, JsonElement, assets, "
            + "resources, outputs and inputs of these, classes derived from ResourceArgs, and lists and string-keyed maps of them.");
    }
}
