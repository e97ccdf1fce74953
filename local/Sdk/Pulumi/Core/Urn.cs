using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>The name a resource has in the state: <c>urn:pulumi:stack::project::parentType$type::name</c>.</summary>
public readonly struct Urn : IEquatable<Urn>
{
    private readonly string _value;

    public Urn(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        _value = value;
    }

    [SuppressMessage("Usage", "CA2225", Justification = "Pulumi's public API.")]
    public static implicit operator string(Urn value)
        => value._value;

    public static bool operator ==(Urn left, Urn right)
        => left.Equals(right);

    public static bool operator !=(Urn left, Urn right)
        => !left.Equals(right);

    /// <summary>The URN of a resource: below its parent's where it has one, else of this or the given stack and project.</summary>
    public static Output<string> Create(
        Input<string> name,
        Input<string> type,
        Resource? parent = null,
        Input<string>? parentUrn = null,
        Input<string>? project = null,
        Input<string>? stack = null)
    {
        if (parent != null && parentUrn != null)
        {
            throw new ArgumentException("Give either 'parent' or 'parentUrn', not both.");
        }

        var parentOutput = parent?.Urn ?? parentUrn?.ToOutput();
        var prefix = parentOutput != null
            ? parentOutput.Apply(urn => urn[..urn.LastIndexOf("::", StringComparison.Ordinal)] + "$")
            : Output.Format($"urn:pulumi:{stack ?? Deployment.Instance.StackName}::{project ?? Deployment.Instance.ProjectName}::");
        return Output.Format($"{prefix}{type}::{name}");
    }

    public bool Equals(Urn other)
        => string.Equals(_value, other._value, StringComparison.Ordinal);

    public override bool Equals([NotNullWhen(true)] object? obj)
        => obj is Urn other && Equals(other);

    public override int GetHashCode()
        => _value?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public override string ToString()
        => _value;

    /// <summary>The type token of the resource itself: the last part of its qualified type.</summary>
    internal static string TypeOf(string urn)
        => urn.Split("::") is [_, _, var qualifiedType, ..]
            ? qualifiedType[(qualifiedType.LastIndexOf('$') + 1)..]
            : throw new ArgumentException($"'{urn}' is not a URN: expected urn:pulumi:<stack>::<project>::<type>::<name>.");
}
