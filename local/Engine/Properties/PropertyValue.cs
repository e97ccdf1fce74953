using System.Collections.Immutable;

namespace Scalelab.Engine.Properties;

/// <summary>
/// A value of a resource's inputs or outputs: JSON's types, plus values that a preview cannot know yet and values that must not be shown.
/// Immutable, compared by content.
/// </summary>
/// <remarks>Assets, archives and resource references stay the signed objects that they are on the wire: the engine only passes them on.</remarks>
internal abstract record PropertyValue
{
    public static PropertyValue Null { get; } = new NullValue();

    public static PropertyValue Unknown { get; } = new UnknownValue();

    /// <summary>Whether this value or a value within is not known yet.</summary>
    public virtual bool ContainsUnknowns => false;

    /// <summary>Whether this value or a value within is secret.</summary>
    public virtual bool ContainsSecrets => false;

    /// <summary>The value without any secret marks.</summary>
    public virtual PropertyValue Revealed => this;

    /// <summary>Fit for logs and test output: texts as they are, everything else as JSON, secrets as <c>[secret]</c>.</summary>
    public sealed override string ToString() => this is StringValue { Value: var text } ? text : PlainJson.ToDisplay(this)?.ToJsonString() ?? "null";

    public static implicit operator PropertyValue(string text) => new StringValue(text);

    public static implicit operator PropertyValue(bool value) => new BoolValue(value);

    public static implicit operator PropertyValue(double number) => new NumberValue(number);

    /// <summary>Marks a value as secret, once.</summary>
    public static PropertyValue Secret(PropertyValue value) => value as SecretValue ?? new SecretValue(value);
}

internal sealed record NullValue : PropertyValue;

internal sealed record UnknownValue : PropertyValue
{
    public override bool ContainsUnknowns => true;
}

internal sealed record BoolValue(bool Value) : PropertyValue;

internal sealed record NumberValue(double Value) : PropertyValue;

internal sealed record StringValue(string Value) : PropertyValue;

internal sealed record ListValue(ImmutableArray<PropertyValue> Items) : PropertyValue
{
    public override bool ContainsUnknowns => Items.Any(item => item.ContainsUnknowns);

    public override bool ContainsSecrets => Items.Any(item => item.ContainsSecrets);

    public override PropertyValue Revealed => ContainsSecrets ? new ListValue([.. Items.Select(item => item.Revealed)]) : this;

    public bool Equals(ListValue? other) => other is not null && Items.AsSpan().SequenceEqual(other.Items.AsSpan());

    public override int GetHashCode() => Items.Aggregate(Items.Length, HashCode.Combine);
}

internal sealed record SecretValue(PropertyValue Value) : PropertyValue
{
    public override bool ContainsUnknowns => Value.ContainsUnknowns;

    public override bool ContainsSecrets => true;

    public override PropertyValue Revealed => Value.Revealed;
}
