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

    /// <summary>
    /// The value as <paramref name="target"/>, or that type's default where there is none. A part that does not fit is left at its default, too:
    /// a provider that is newer than the program may say more than the program knows, which is no reason to fail an update.
    /// </summary>
    /// <param name="path">Where the value is, for warnings.</param>
    /// <param name="value">A plain value.</param>
    /// <param name="target">The type that the program sees.</param>
    /// <param name="warn">Told of each part that does not fit.</param>
    public static object? Convert(string path, object? value, Type target, Action<string> warn)
    {
        try
        {
            return ConvertOrThrow(path, value, target, warn);
        }
        catch (UnexpectedTypeException e)
        {
            warn(e.Message);
            return DefaultOf(target);
        }
    }

    private static object? DefaultOf(Type type)
        => type.IsValueType ? Activator.CreateInstance(type) : null;

    private static object? ConvertOrThrow(string path, object? value, Type target, Action<string> warn)
    {
        if (value == null)
        {
            return DefaultOf(target);
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
            : type.IsGenericType ? ConvertGeneric(path, value, type, warn)
            : type.IsDefined(typeof(OutputTypeAttribute), inherit: false) ? Construct(path, value, type, warn)
            : type.GetCustomAttribute<DiscriminatedUnionDiscriminatorAttribute>() is { } discriminator
                ? ToCase(path, value, type, discriminator.PropertyName, warn)
            : throw Unexpected(path, value, type);
    }

    private static object ConvertGeneric(string path, object value, Type type, Action<string> warn)
    {
        var definition = type.GetGenericTypeDefinition();
        var arguments = type.GetGenericArguments();
        return definition == typeof(Union<,>) ? ToUnion(path, value, type, arguments, warn)
            : definition == typeof(ImmutableArray<>)
                ? Call(ToArrayMethod, path, Expect<ImmutableArray<object?>>(path, value, type), warn, arguments)
            : definition == typeof(ImmutableDictionary<,>) && arguments[0] == typeof(string)
                ? Call(ToDictionaryMethod, path, Expect<ImmutableDictionary<string, object?>>(path, value, type), warn, arguments[1])
            : definition == typeof(Output<>) ? Call(ToOutputMethod, path, value, warn, arguments)
            : throw Unexpected(path, value, type);
    }

    private static object ToUnion(string path, object value, Type type, Type[] cases, Action<string> warn)
    {
        for (var i = 0; i < cases.Length; i++)
        {
            try
            {
                var converted = ConvertOrThrow(path, value, cases[i], warn);
                return type.GetMethod(i == 0 ? nameof(Union<,>.FromT0) : nameof(Union<,>.FromT1))!.Invoke(null, [converted])!;
            }
            catch (UnexpectedTypeException) when (i + 1 < cases.Length)
            {
                // The other case may take it.
            }
        }

        throw Unexpected(path, value, type);
    }

    private static object? ToCase(string path, object value, Type type, string discriminator, Action<string> warn)
    {
        var tag = Expect<ImmutableDictionary<string, object?>>(path, value, type).GetValueOrDefault(discriminator) as string;
        var cases = type.GetCustomAttributes<DiscriminatedUnionCaseAttribute>().ToList();
        var match = cases.Find(candidate => candidate.Tag == tag)
            ?? throw new UnexpectedTypeException(
                $"{path} cannot be read as {type.Name}: its '{discriminator}' is {(tag == null ? "not given" : $"'{tag}'")}, "
                + $"but must be one of {string.Join(", ", cases.Select(candidate => $"'{candidate.Tag}'"))}.");
        return ConvertOrThrow(path, value, match.Type, warn);
    }

    private static object Construct(string path, object value, Type type, Action<string> warn)
    {
        var fields = Expect<ImmutableDictionary<string, object?>>(path, value, type);
        var constructors = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        var constructor = constructors.FirstOrDefault(candidate => candidate.IsDefined(typeof(OutputConstructorAttribute)))
            ?? constructors.SingleOrDefault(candidate => candidate.IsPublic)
            ?? throw new InvalidOperationException($"{type.FullName} is an [OutputType] without a constructor marked with [OutputConstructor].");
        var arguments = constructor.GetParameters().Select(parameter =>
        {
            var name = parameter.GetCustomAttribute<OutputConstructorParameterAttribute>()?.Name ?? parameter.Name!;
            return Convert($"{path}.{name}", fields.GetValueOrDefault(name), parameter.ParameterType, warn);
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

    private static ImmutableArray<T> ToArray<T>(string path, ImmutableArray<object?> values, Action<string> warn)
        => [.. values.Select((value, index) => (T)Convert($"{path}[{index}]", value, typeof(T), warn)!)];

    private static ImmutableDictionary<string, T> ToDictionary<T>(
        string path, ImmutableDictionary<string, object?> values, Action<string> warn)
        => values.ToImmutableDictionary(entry => entry.Key, entry => (T)Convert($"{path}.{entry.Key}", entry.Value, typeof(T), warn)!);

    private static Output<T> ToOutput<T>(string path, object value, Action<string> warn)
        => value is Output<object?> output
            ? output.Apply(inner => (T)Convert(path, inner, typeof(T), warn)!)
            : Output.Create((T)Convert(path, value, typeof(T), warn)!);

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

    private static object Call(MethodInfo method, string path, object value, Action<string> warn, params Type[] types)
        => method.MakeGenericMethod(types).Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [path, value, warn], culture: null)!;

    private static MethodInfo Method(string name)
        => typeof(ValueConverter).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;
}
