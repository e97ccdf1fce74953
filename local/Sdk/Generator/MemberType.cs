namespace Scalelab.Generator;

/// <summary>What a member holds, as C# on the side of inputs and on that of outputs.</summary>
/// <param name="Input">The type that a program gives.</param>
/// <param name="InputElement">The type inside another's: of list elements and map values.</param>
/// <param name="Output">The type that a program reads.</param>
/// <param name="IsCollection">Whether a program can add to it without assigning it.</param>
internal sealed record MemberType(string Input, string InputElement, string Output, bool IsCollection)
{
    private const string JsonElement = "global::System.Text.Json.JsonElement";

    public static readonly MemberType String = Plain("string");
    public static readonly MemberType Bool = Plain("bool");
    public static readonly MemberType Int = Plain("int");
    public static readonly MemberType Double = Plain("double");
    public static readonly MemberType IntOrString = Union(Int, String);
    public static readonly MemberType Json = new("global::Pulumi.InputJson", JsonElement, JsonElement, IsCollection: false);

    public static MemberType Of(ModelType type)
        => new($"global::Pulumi.Input<{type.InputName}>", type.InputName, type.OutputName, IsCollection: false);

    public static MemberType List(MemberType element)
        => new(
            $"global::Pulumi.InputList<{element.InputElement}>",
            $"global::System.Collections.Immutable.ImmutableArray<{element.InputElement}>",
            $"global::System.Collections.Immutable.ImmutableArray<{element.Output}>",
            IsCollection: true);

    public static MemberType Map(MemberType value)
        => new(
            $"global::Pulumi.InputMap<{value.InputElement}>",
            $"global::System.Collections.Immutable.ImmutableDictionary<string, {value.InputElement}>",
            $"global::System.Collections.Immutable.ImmutableDictionary<string, {value.Output}>",
            IsCollection: true);

    public static MemberType Union(MemberType first, MemberType second)
        => new(
            $"global::Pulumi.InputUnion<{first.InputElement}, {second.InputElement}>",
            $"global::Pulumi.Union<{first.InputElement}, {second.InputElement}>",
            $"global::Pulumi.Union<{first.Output}, {second.Output}>",
            IsCollection: false);

    /// <summary>A string for which Pulumi offers the values as a type; it is read as the string.</summary>
    public static MemberType OpenEnum(string type)
        => new($"global::Pulumi.InputUnion<string, {type}>", $"global::Pulumi.Union<string, {type}>", "string", IsCollection: false);

    private static MemberType Plain(string type)
        => new($"global::Pulumi.Input<{type}>", type, type, IsCollection: false);
}
