using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pulumi;

/// <summary>JSON of values that contain outputs and inputs.</summary>
internal static class OutputJson
{
    public static async Task<OutputData<string>> SerializeAsync<T>(Output<T> value, JsonSerializerOptions? options)
    {
        var data = await value.DataTask.ConfigureAwait(false);
        if (!data.IsKnown)
        {
            return data.With("");
        }

        // Converters cannot wait. So a pass that meets outputs still pending is thrown away and repeated once they are there.
        while (true)
        {
            var taints = new TaintCollector();
            taints.Take(data);
            var converters = new WritingFactory(taints);
            var json = JsonSerializer.Serialize(data.Value, WithConverter(options, converters));
            if (converters.Pending.Count == 0)
            {
                return taints.ToData(json);
            }

            await Task.WhenAll(converters.Pending).ConfigureAwait(false);
        }
    }

    public static async Task<OutputData<T>> DeserializeAsync<T>(Output<string> json, JsonSerializerOptions? options)
    {
        var data = await json.DataTask.ConfigureAwait(false);
        if (!data.IsKnown)
        {
            return data.With<T>(default!);
        }

        var converters = new ReadingFactory(data.Resources, data.IsSecret);
        return data.With(JsonSerializer.Deserialize<T>(data.Value, WithConverter(options, converters))!);
    }

    private static JsonSerializerOptions WithConverter(JsonSerializerOptions? options, JsonConverter converter)
    {
        var copy = options == null ? new JsonSerializerOptions() : new JsonSerializerOptions(options);
        copy.Converters.Add(converter);
        return copy;
    }

    private static bool IsOutputLike(Type type)
        => type.IsGenericType && type.GetGenericTypeDefinition() is var definition
            && (definition == typeof(Output<>) || definition == typeof(Input<>)
                || definition == typeof(InputList<>) || definition == typeof(InputMap<>));

    private static JsonConverter Create(Type converter, Type[] arguments, params object?[] parameters)
        => (JsonConverter)Activator.CreateInstance(converter.MakeGenericType(arguments), parameters)!;

    private sealed class WritingFactory(TaintCollector taints) : JsonConverterFactory
    {
        public List<Task> Pending { get; } = [];

        public override bool CanConvert(Type typeToConvert)
            => IsOutputLike(typeToConvert);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
            => Create(typeof(Writer<>), [typeToConvert], this, taints);
    }

    private sealed class Writer<TOutput>(WritingFactory factory, TaintCollector taints) : JsonConverter<TOutput>
    {
        public override TOutput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, TOutput value, JsonSerializerOptions options)
        {
            var output = value is IInput input ? input.ToOutput() : (IOutput)value!;
            var task = output.GetDataAsync();
            if (!task.IsCompletedSuccessfully)
            {
                factory.Pending.Add(task);
                writer.WriteNullValue();
                return;
            }

            var data = task.Result;
            taints.Take(data);
            JsonSerializer.Serialize(writer, data.IsKnown ? data.Value : null, options);
        }
    }

    private sealed class ReadingFactory(ImmutableHashSet<Resource> resources, bool isSecret) : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert)
            => IsOutputLike(typeToConvert);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
        {
            var element = typeToConvert.GetGenericArguments()[0];
            var definition = typeToConvert.GetGenericTypeDefinition();
            return definition == typeof(Output<>) ? Create(typeof(OutputReader<>), [element], resources, isSecret)
                : definition == typeof(Input<>) ? Create(typeof(InputReader<>), [element])
                : definition == typeof(InputList<>) ? Create(typeof(InputListReader<>), [element])
                : Create(typeof(InputMapReader<>), [element]);
        }
    }

    private abstract class Reader<TOutput> : JsonConverter<TOutput>
    {
        public override void Write(Utf8JsonWriter writer, TOutput value, JsonSerializerOptions options)
            => throw new NotSupportedException();
    }

    private sealed class OutputReader<T>(ImmutableHashSet<Resource> resources, bool isSecret) : Reader<Output<T>>
    {
        public override Output<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => new(new OutputData<T>(resources, JsonSerializer.Deserialize<T>(ref reader, options)!, IsKnown: true, isSecret));
    }

    private sealed class InputReader<T> : Reader<Input<T>>
    {
        public override Input<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => JsonSerializer.Deserialize<Output<T>>(ref reader, options)!;
    }

    private sealed class InputListReader<T> : Reader<InputList<T>>
    {
        public override InputList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => JsonSerializer.Deserialize<Output<ImmutableArray<T>>>(ref reader, options)!;
    }

    private sealed class InputMapReader<T> : Reader<InputMap<T>>
    {
        public override InputMap<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => JsonSerializer.Deserialize<Output<ImmutableDictionary<string, T>>>(ref reader, options)!;
    }
}
