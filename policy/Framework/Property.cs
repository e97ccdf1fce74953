using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Scalelab.Policy.Framework;

/// <summary>
/// A value among a resource's properties, together with the way to it. What a preview cannot know yet is unknown, and so is everything
/// within it: an unknown value is neither absent nor equal to anything, so that a rule that asks plainly raises no false alarm over it.
/// </summary>
/// <remarks>Secrets are read like any other value; as text for people (<see cref="ToString"/>) they stay hidden.</remarks>
internal sealed class Property
{
    private readonly Value? _value;

    private Property(string path, Value? value, bool isUnknown, bool isSecret)
    {
        Path = path;
        _value = value;
        IsUnknown = isUnknown;
        IsSecret = isSecret;
    }

    /// <summary>Where it is, as <c>spec.containers[0].image</c>; empty for the properties as a whole.</summary>
    public string Path { get; }

    public bool IsUnknown { get; }

    /// <summary>Whether it, or anything that it is part of, is marked as secret.</summary>
    public bool IsSecret { get; }

    /// <summary>Whether it is certain that there is no value.</summary>
    public bool IsAbsent => !IsUnknown && _value is null;

    /// <summary>Whether there is a value, known or not.</summary>
    public bool IsPresent => !IsAbsent;

    /// <summary>The text; null for anything else.</summary>
    public string? Text => _value is { KindCase: Value.KindOneofCase.StringValue } value ? value.StringValue : null;

    /// <summary>The number; null for anything else.</summary>
    public double? Number => _value is { KindCase: Value.KindOneofCase.NumberValue } value ? value.NumberValue : null;

    /// <summary>True or false; null for anything else.</summary>
    public bool? Flag => _value is { KindCase: Value.KindOneofCase.BoolValue } value ? value.BoolValue : null;

    /// <summary>The items of a list, unknown ones included; none where the list itself is unknown or there is none.</summary>
    public IEnumerable<Property> Items
    {
        get
        {
            for (var index = 0; _value is { KindCase: Value.KindOneofCase.ListValue } list && index < list.ListValue.Values.Count; index++)
            {
                yield return Of($"{Path}[{index.ToString(CultureInfo.InvariantCulture)}]", list.ListValue.Values[index], IsSecret);
            }
        }
    }

    /// <summary>The values of an object by name, sorted; none where the object itself is unknown or there is none.</summary>
    public IEnumerable<KeyValuePair<string, Property>> Entries
    {
        get
        {
            foreach (var name in Fields?.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
            {
                yield return KeyValuePair.Create(name, this[name]);
            }
        }
    }

    private Google.Protobuf.Collections.MapField<string, Value>? Fields =>
        _value is { KindCase: Value.KindOneofCase.StructValue } value ? value.StructValue.Fields : null;

    /// <summary>A value of this object: absent where there is none.</summary>
    public Property this[string name]
    {
        get
        {
            var path = Join(name);
            if (IsUnknown)
            {
                return new Property(path, value: null, isUnknown: true, IsSecret);
            }

            return Fields is { } fields && fields.TryGetValue(name, out var value) ? Of(path, value, IsSecret) : new Property(path, value: null, isUnknown: false, IsSecret);
        }
    }

    public static Property Of(Struct? properties) => Of("", Value.ForStruct(properties ?? new Struct()), isSecret: false);

    /// <summary>The value as people may see it.</summary>
    public override string ToString() => this switch
    {
        { IsUnknown: true } => "[unknown]",
        { IsSecret: true, IsPresent: true } => "[secret]",
        { Text: { } text } => $"'{text}'",
        { Number: { } number } => number.ToString(CultureInfo.InvariantCulture),
        { Flag: { } flag } => flag ? "true" : "false",
        { _value: { } value } => value.ToString(),
        _ => "absent",
    };

    private static Property Of(string path, Value value, bool isSecret)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StringValue when Signatures.IsUnknown(value.StringValue):
                return new Property(path, value: null, isUnknown: true, isSecret);
            case Value.KindOneofCase.NullValue or Value.KindOneofCase.None:
                return new Property(path, value: null, isUnknown: false, isSecret);
            case Value.KindOneofCase.StructValue when Signatures.Of(value.StructValue) == Signatures.Secret:
                return Inner(isSecretToo: true);
            case Value.KindOneofCase.StructValue when Signatures.Of(value.StructValue) == Signatures.OutputValue:
                var hidden = value.StructValue.Fields.TryGetValue("secret", out var flag) && flag.BoolValue;
                return value.StructValue.Fields.ContainsKey(Signatures.ValueKey) ? Inner(hidden) : new Property(path, value: null, isUnknown: true, isSecret || hidden);
            default:
                return new Property(path, value, isUnknown: false, isSecret);
        }

        Property Inner(bool isSecretToo) =>
            Of(path, value.StructValue.Fields.TryGetValue(Signatures.ValueKey, out var inner) ? inner : Value.ForNull(), isSecret || isSecretToo);
    }

    // A name with dots, such as an annotation's, would read as several.
    private string Join(string name) => name.AsSpan().ContainsAny('.', '[', '/')
        ? $"{Path}[\"{name}\"]"
        : Path.Length == 0 ? name : $"{Path}.{name}";
}
