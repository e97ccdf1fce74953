namespace Scalelab.Engine;

/// <summary>
/// The name of a resource within all stacks: <c>urn:pulumi:STACK::PROJECT::PARENTTYPE$TYPE::NAME</c>. The qualified type chains the types
/// of the parents with <c>$</c>, leaving out the stack's own.
/// </summary>
public readonly record struct Urn(string Value)
{
    public const string StackType = "pulumi:pulumi:Stack";

    private const string Prefix = "urn:pulumi:";

    public string Stack => Part(0);

    public string Project => Part(1);

    /// <summary>The types of the parents and of the resource, joined with <c>$</c>.</summary>
    public string QualifiedType => Part(2);

    /// <summary>The resource's own type token, for example <c>kubernetes:apps/v1:Deployment</c>.</summary>
    public string Type => QualifiedType[(QualifiedType.LastIndexOf('$') + 1)..];

    public string Name => Part(3);

    public static Urn Create(string stack, string project, Urn? parent, string type, string name)
    {
        var qualified = parent is { } p && p.Type != StackType ? $"{p.QualifiedType}${type}" : type;
        return new Urn($"{Prefix}{stack}::{project}::{qualified}::{name}");
    }

    /// <summary>The URN of the resource that stands for the whole stack.</summary>
    public static Urn ForStack(string stack, string project) => Create(stack, project, parent: null, StackType, $"{project}-{stack}");

    public static bool TryParse(string text, out Urn urn)
    {
        urn = new Urn(text);
        return text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length..].Split("::", 4).Length == 4;
    }

    public override string ToString() => Value;

    // A resource's name is free text and may itself contain "::", hence the limit.
    private string Part(int index)
    {
        var parts = Value.StartsWith(Prefix, StringComparison.Ordinal) ? Value[Prefix.Length..].Split("::", 4) : [];
        return index < parts.Length ? parts[index] : throw new FormatException($"'{Value}' is not a URN.");
    }
}
