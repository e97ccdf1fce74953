using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;

namespace Scalelab.Engine.Properties;

/// <summary>Property values as the protocol carries them: protobuf's Struct, with signed objects for secrets and fixed texts for unknowns.</summary>
internal static class WireFormat
{
    private const string ValueKey = "value";

    public static PropertyMap Read(Struct? fields) => fields is null
        ? PropertyMap.Empty
        : new PropertyMap(fields.Fields.Select(field => KeyValuePair.Create(field.Key, Read(field.Value))));

    public static PropertyValue Read(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.BoolValue => value.BoolValue,
        Value.KindOneofCase.NumberValue => value.NumberValue,
        Value.KindOneofCase.StringValue when value.StringValue == Signatures.Unknown || Signatures.TypedUnknowns.Contains(value.StringValue) => PropertyValue.Unknown,
        Value.KindOneofCase.StringValue => value.StringValue,
        Value.KindOneofCase.ListValue => new ListValue([.. value.ListValue.Values.Select(Read)]),
        Value.KindOneofCase.StructValue => ReadStruct(value.StructValue),
        _ => PropertyValue.Null,
    };

    /// <param name="map">The values.</param>
    /// <param name="keepSecrets">False for a receiver that cannot tell secrets: it gets them in clear.</param>
    /// <param name="keepResources">False for a receiver that cannot tell references to resources: it gets their ids, or their URNs where there is none.</param>
    public static Struct Write(PropertyMap map, bool keepSecrets, bool keepResources = true)
    {
        var fields = new Struct();
        foreach (var (key, value) in map)
        {
            fields.Fields[key] = Write(value, keepSecrets, keepResources);
        }

        return fields;
    }

    public static Value Write(PropertyValue value, bool keepSecrets, bool keepResources = true) => value switch
    {
        BoolValue { Value: var flag } => Value.ForBool(flag),
        NumberValue { Value: var number } => Value.ForNumber(number),
        StringValue { Value: var text } => Value.ForString(text),
        ListValue { Items: var items } => Value.ForList([.. items.Select(item => Write(item, keepSecrets, keepResources))]),
        PropertyMap map when !keepResources && map.FindText(Signatures.Key) == Signatures.Resource => Value.ForString(map.FindText("id") is { Length: > 0 } id ? id : map.FindText("urn") ?? ""),
        PropertyMap map => Value.ForStruct(Write(map, keepSecrets, keepResources)),
        SecretValue { Value: var inner } when !keepSecrets => Write(inner, keepSecrets, keepResources),
        SecretValue { Value: var inner } => Value.ForStruct(new Struct
        {
            Fields = { [Signatures.Key] = Value.ForString(Signatures.Secret), [ValueKey] = Write(inner, keepSecrets, keepResources) },
        }),
        UnknownValue => Value.ForString(Signatures.Unknown),
        _ => Value.ForNull(),
    };

    private static PropertyValue ReadStruct(Struct fields)
    {
        var signature = fields.Fields.TryGetValue(Signatures.Key, out var marked) ? marked.StringValue : null;
        if (signature == Signatures.Secret && fields.Fields.TryGetValue(ValueKey, out var secret))
        {
            return PropertyValue.Secret(Read(secret));
        }

        if (signature == Signatures.OutputValue)
        {
            var value = fields.Fields.TryGetValue(ValueKey, out var known) ? Read(known) : PropertyValue.Unknown;
            return fields.Fields.TryGetValue("secret", out var flag) && flag.BoolValue ? PropertyValue.Secret(value) : value;
        }

        return Read(fields);
    }
}
