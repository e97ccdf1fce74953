using System.Reflection;

namespace Pulumi.Serialization;

/// <summary>Structs marked with <see cref="EnumTypeAttribute"/>: a string or number inside, an explicit conversion out.</summary>
internal static class EnumTypes
{
    public static object? Unwrap(object value)
    {
        var type = value.GetType();
        var conversion = type.GetMethod("op_Explicit", BindingFlags.Public | BindingFlags.Static, [type]);
        return conversion?.ReturnType == typeof(string) || conversion?.ReturnType == typeof(double)
            ? conversion.Invoke(null, [value])
            : throw new InvalidOperationException($"{type.FullName} is an [EnumType] without an explicit conversion to string or double.");
    }

    /// <summary>The struct around <paramref name="value"/>; null where it takes no value of that type.</summary>
    public static object? Wrap(Type type, object value)
        => type.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, [value.GetType()])?.Invoke([value]);
}
