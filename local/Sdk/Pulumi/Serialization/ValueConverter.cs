using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pulumi.Serialization;

/// <summary>Turns plain values, as <see cref="PropertyDeserializer"/> reads them, into the types that programs see.</summary>
internal static class ValueConverter
{
    private static readonly MethodInfo ToArrayMethod = Method(nameof(ToArray));
    private static readonly MethodInfo ToDictionaryMethod = Method(nameof(ToDictionary));
    private static readonly MethodInfo ToOutputMethod = Method(nameof(ToOutput));

    /// <summary>The value as <paramref name="target"/>, or that type's default where there is none.</summary>
    /// <param name="path">Where the value is, for errors.</param>
    /// <param name="value">A plain value.</param>
    /// <param name="target">The type that the program sees.</param>
    /// <exception cref="UnexpectedTypeException">The value does not fit.</exception>
    public static object? Convert(string path, object? value, Type target)
    {
        if (value == null)
        {
            return target.IsValueType ? Activator.CreateInstance(target) : null;
        }

        var type = Nullable.GetUnderlyingType(target) ?? target;
        if (type.IsInstanceOfType(value))
        {
            return value;
        }

        return type == typeof(int) ? (int)Expect<double>(path, value, type)
            : type == typeof(JsonElement) ? ToJson(path, value).Deserialize<JsonElement>()
            : type.IsEnum ? Enum.ToObject(type, (int)Expect<double>(path, value, type))
            : type.IsDefined(typeof(EnumTypeAttribute), inherit: false) ? EnumTypes.Wrap(type, value) ?? throw Unexpected(path, value, type)
            : type.IsGenericType ? ConvertGeneric(path, value, type)
            : type.IsDefined(typeof(OutputTypeAttribute), inherit: false) ? Construct(path, value, type)
            : throw Unexpected(path, value, type);
    }

    private static object ConvertGeneric(string path, object value, Type type)
    {
        var definition = type.GetGenericTypeDefinition();
        var arguments = type.GetGenericArguments();
        return definition == typeof(Union<,>) ? ToUnion(path, value, type, arguments)
            : definition == typeof(ImmutableArray<>) ? Call(ToArrayMethod, path, Expect<ImmutableArray<object?>>(path, value, type), arguments)
            : definition == typeof(ImmutableDictionary<,>) && arguments[0] == typeof(string)
                ? Call(ToDictionaryMethod, path, Expect<ImmutableDictionary<string, object?>>(path, value, type), arguments[1])
            : definition == typeof(Output<>) ? Call(ToOutputMethod, path, value, arguments)
            : throw Unexpected(path, value, type);
    }

    private static object ToUnion(string path, object value, Type type, Type[] cases)
    {
        for (var i = 0; i < cases.Length; i++)
        {
            try
            {
                var converted = Convert(path, value, cases[i]);
                return type.GetMethod(i == 0 ? nameof(Union<,>.FromT0) : nameof(Union<,>.FromT1))!.Invoke(null, [converted])!;
            }
            catch (UnexpectedTypeException) when (i + 1 < cases.Length)
            {
                // The other case may take it.
            }
        }

        throw Unexpected(path, value, type);
    }

    private static object Construct(string path, object value, Type type)
    {
        var fields = Expect<ImmutableDictionary<string, object?>>(path, value, type);
        var constructors = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        var constructor = constructors.FirstOrDefault(candidate => candidate.IsDefined(typeof(OutputConstructorAttribute)))
            ?? constructors.SingleOrDefault(candidate => candidate.IsPublic)
            ?? throw new InvalidOperationException($"{type.FullName} is an [OutputType] without a constructor marked with [OutputConstructor].");
        var arguments = constructor.GetParameters().Select(parameter =>
        {
            var name = parameter.GetCustomAttribute<OutputConstructorParameterAttribute>()?.Name ?? parameter.Name!;
            return Convert($"{path}.{name}", fields.GetValueOrDefault(name), parameter.ParameterType);
        });
        return constructor.Invoke(BindingFlags.DoNotWrapExceptions, binder: null, [.. arguments], culture: null);
    }

    private static JsonNode? ToJson(string path, object? value)
        => value switch
        {
            null => null,
            bool boolean => JsonValue.Create(boolean),
            double number => JsonValue.Create(number),
            string text => JsonValue.Create(text),
            ImmutableArray<object?> list => new JsonArray([.. list.Select(element => ToJson(path, element))]),
            ImmutableDictionary<string, object?> map => new JsonObject(map.Select(entry =>
                KeyValuePair.Create(entry.Key, ToJson($"{path}.{entry.Key}", entry.Value)))),
            _ => throw Unexpected(path, value, typeof(JsonElement)),
        };

    private static ImmutableArray<T> ToArray<T>(string path, ImmutableArray<object?> values)
        => [.. values.Select((value, index) => (T)Convert($"{path}[{index}]", value, typeof(T))!)];

    private static ImmutableDictionary<string, T> ToDictionary<T>(string path, ImmutableDictionary<string, object?> values)
        => values.ToImmutableDictionary(entry => entry.Key, entry => (T)Convert($"{path}.{entry.Key}", entry.Value, typeof(T))!);

    private static Output<T> ToOutput<T>(string path, object value)
        => value is Output<object?> output
            ? output.Apply(inner => (T)Convert(path, inner, typeof(T))!)
            : Output.Create((T)Convert(path, value, typeof(T))!);

    private static T Expect<T>(string path, object value, Type target)
        => value is T expected ? expected : throw Unexpected(path, value, target);

    private static UnexpectedTypeException Unexpected(string path, object value, Type target)
        => new($"{path} cannot be read as {target.Name}: the engine sent {Describe(value)}.");

    private static string Describe(object value)
        => value switch
        {
            string => "a string",
            double => "a number",
            bool => "a boolean",
            ImmutableArray<object?> => "a list",
            ImmutableDictionary<string, object?> => "an object",
            _ => value.GetType().Name,
        };

    private static object Call(MethodInfo method, string path, object value, params Type[] types)
        => method.MakeGenericMethod(types).Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [path, value], culture: null)!;

    private static MethodInfo Method(string name)
        => typeof(ValueConverter).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;
}
