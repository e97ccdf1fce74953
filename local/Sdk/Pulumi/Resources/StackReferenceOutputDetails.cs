namespace Pulumi;

/// <summary>An output of another stack: in one property or the other.</summary>
public sealed class StackReferenceOutputDetails
{
    public object? Value { get; set; }

    public object? SecretValue { get; set; }
}
