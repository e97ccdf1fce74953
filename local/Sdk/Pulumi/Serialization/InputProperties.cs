using System.Collections.Concurrent;
using System.Reflection;
using Google.Protobuf;

namespace Pulumi.Serialization;

/// <summary>What is marked <see cref="InputAttribute">[Input]</see> in a class of arguments; found once a class.</summary>
internal static class InputProperties
{
    private const BindingFlags Anywhere = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private static readonly ConcurrentDictionary<Type, InputProperty[]> PropertiesByType = new();

    public static Dictionary<string, object?> Read(InputArgs args)
    {
        var properties = PropertiesByType.GetOrAdd(args.GetType(), Find);
        var values = new Dictionary<string, object?>(properties.Length);
        foreach (var (input, member, getValue) in properties)
        {
            var value = getValue(args);
            if (value == null && input.IsRequired)
            {
                throw new ArgumentNullException(
                    member, $"{args.GetType().FullName} needs a value for '{member}' (wire name '{input.Name}'), but was given none.");
            }

            values.Add(input.Name, input.Json && value != null ? ToJson(member, value) : value);
        }

        return values;
    }

    private static InputProperty[] Find(Type type)
    {
        var found = new List<InputProperty>();
        for (var declaring = type; declaring != null && declaring != typeof(InputArgs); declaring = declaring.BaseType)
        {
            foreach (var field in declaring.GetFields(Anywhere | BindingFlags.DeclaredOnly))
            {
                if (field.GetCustomAttribute<InputAttribute>() is { } input)
                {
                    found.Add(new InputProperty(input, NameOf(field), field.GetValue));
                }
            }

            foreach (var property in declaring.GetProperties(Anywhere | BindingFlags.DeclaredOnly))
            {
                if (property.GetCustomAttribute<InputAttribute>() is { } input)
                {
                    found.Add(new InputProperty(input, property.Name, property.GetValue));
                }
            }
        }

        return [.. found];
    }

    // The attribute may sit on a property's backing field: "<Ports>k__BackingField", or "_ports".
    private static string NameOf(FieldInfo field)
        => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>')] : field.Name;

    private static Output<string> ToJson(string member, object value)
    {
        return Output.ToObjectOutput(value).Apply(FormatAsync);

        async Task<string> FormatAsync(object? plain)
        {
            var serializer = new PropertySerializer(new SerializationOptions(KeepResources: false));
            var serialized = await serializer.SerializeAsync(member, plain).ConfigureAwait(false);
            return serialized == null ? "null" : JsonFormatter.Default.Format(serialized);
        }
    }

    private sealed record InputProperty(InputAttribute Input, string Member, Func<object, object?> GetValue);
}
