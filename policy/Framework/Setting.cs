using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;

namespace Scalelab.Policy.Framework;

/// <summary>Something about a rule that a <c>--policy-pack-config</c> file can set.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Schema">Its JSON schema: type, bounds, default, description.</param>
internal abstract record Setting(string Name, Struct Schema)
{
    /// <summary>The default, as JSON; null where there is none.</summary>
    public Value? Default => Schema.Fields.TryGetValue("default", out var value) ? value : null;

    /// <summary>What its value must be, to follow "must be".</summary>
    public abstract string Expectation { get; }

    /// <summary>Whether a value can be taken.</summary>
    public abstract bool Accepts(Property value);

    public static Setting<int> Integer(string name, string description, int fallback, int min, int max) => new(
        name,
        CreateSchema("integer", description, Value.ForNumber(fallback), ("minimum", Value.ForNumber(min)), ("maximum", Value.ForNumber(max))),
        $"a whole number from {min} to {max}",
        value => value.Number is { } number && number >= min && number <= max && number == Math.Floor(number) ? (true, (int)number) : default);

    /// <summary>True or false, or neither where it is not set.</summary>
    public static Setting<bool?> Boolean(string name, string description) => new(
        name,
        CreateSchema("boolean", description, fallback: null),
        "true or false",
        value => (value.Flag is not null, value.Flag));

    public static Setting<string> Choice(string name, string description, params string[] choices) => new(
        name,
        CreateSchema("string", description, Value.ForString(choices[0]), ("enum", Value.ForList([.. choices.Select(Value.ForString)]))),
        $"one of {string.Join(", ", choices)}",
        value => value.Text is { } text && choices.Contains(text) ? (true, text) : default);

    public static Setting<ImmutableArray<string>> Texts(string name, string description, params string[] fallback) => new(
        name,
        CreateSchema(
            "array",
            description,
            Value.ForList([.. fallback.Select(Value.ForString)]),
            ("items", Value.ForStruct(new Struct { Fields = { ["type"] = Value.ForString("string") } }))),
        "a list of texts",
        value => value is { IsPresent: true } && value.Items.ToArray() is var items && items.All(item => item.Text is not null) ? (true, [.. items.Select(item => item.Text!)]) : default);

    private static Struct CreateSchema(string type, string description, Value? fallback, params (string Name, Value Value)[] more)
    {
        var schema = new Struct { Fields = { ["type"] = Value.ForString(type), ["description"] = Value.ForString(description) } };
        if (fallback is not null)
        {
            schema.Fields["default"] = fallback;
        }

        foreach (var (name, value) in more)
        {
            schema.Fields[name] = value;
        }

        return schema;
    }
}

/// <inheritdoc/>
/// <typeparam name="T">What rules get.</typeparam>
internal sealed record Setting<T>(string Name, Struct Schema, string Expectation, Func<Property, (bool Accepted, T? Value)> Read) : Setting(Name, Schema)
{
    public override string Expectation { get; } = Expectation;

    public override bool Accepts(Property value) => Read(value).Accepted;
}
