namespace Pulumi;

/// <summary>Marks a resource's property, an <see cref="Output{T}"/>, as filled from what the engine returns.</summary>
/// <param name="name">The name on the wire; the property's own name where it is left out.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OutputAttribute(string? name = null) : Attribute
{
    public string? Name { get; } = name;
}

/// <summary>Marks a property or field of arguments as sent to the engine.</summary>
/// <param name="name">The name on the wire.</param>
/// <param name="required">Leaving it out is an error of the program.</param>
/// <param name="json">The value is sent as a string of JSON; providers take their configuration so.</param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class InputAttribute(string name, bool required = false, bool json = false) : Attribute
{
    internal string Name { get; } = name;

    internal bool IsRequired { get; } = required;

    internal bool Json { get; } = json;
}

/// <summary>Marks a class that holds part of what the engine returns.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OutputTypeAttribute : Attribute;

/// <summary>Marks the constructor that takes the properties of an <see cref="OutputTypeAttribute">output type</see> by their wire names.</summary>
[AttributeUsage(AttributeTargets.Constructor)]
public sealed class OutputConstructorAttribute : Attribute;

/// <summary>The wire name of a constructor's parameter, where its own name cannot be that.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OutputConstructorParameterAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>Marks a struct that wraps a string or a number and is sent as such.</summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class EnumTypeAttribute : Attribute;

/// <summary>Marks an interface whose implementations are <see cref="OutputTypeAttribute">output types</see>, told apart by one property.</summary>
/// <param name="propertyName">The wire name of the property whose value is the case's tag.</param>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class DiscriminatedUnionDiscriminatorAttribute(string propertyName) : Attribute
{
    public string PropertyName { get; } = propertyName;
}

/// <summary>One implementation of an interface that is marked with <see cref="DiscriminatedUnionDiscriminatorAttribute"/>.</summary>
/// <param name="tag">The value that stands for it.</param>
/// <param name="type">The output type.</param>
[AttributeUsage(AttributeTargets.Interface, AllowMultiple = true)]
public sealed class DiscriminatedUnionCaseAttribute(string tag, Type type) : Attribute
{
    public string Tag { get; } = tag;

    public Type Type { get; } = type;
}

/// <summary>The type token of a resource class, and the version of the package that it is from.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class ResourceTypeAttribute(string type, string? version) : Attribute
{
    public string Type { get; } = type;

    public string? Version { get; } = version;
}
