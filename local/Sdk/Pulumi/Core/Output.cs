using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Pulumi;

/// <summary>Makes outputs, and one output from many.</summary>
public static partial class Output
{
    public static Output<T> Create<T>(T value)
        => new(OutputData<T>.Known(value));

    public static Output<T> Create<T>(Task<T> value)
        => Output<T>.Create(value);

    /// <summary>An output that is encrypted in the state and hidden on screens, and so is everything made from it.</summary>
    public static Output<T> CreateSecret<T>(T value)
        => new(OutputData<T>.Known(value, isSecret: true));

    /// <inheritdoc cref="CreateSecret{T}(T)"/>
    public static Output<T> CreateSecret<T>(Task<T> value)
        => CreateSecret(Output<T>.Create(value));

    /// <inheritdoc cref="CreateSecret{T}(T)"/>
    public static Output<T> CreateSecret<T>(Output<T> value)
        => value.WithData(data => data with { IsSecret = true });

    /// <summary>The same value, no longer secret.</summary>
    public static Output<T> Unsecret<T>(Output<T> output)
        => output.WithData(data => data with { IsSecret = false });

    public static async Task<bool> IsSecretAsync<T>(Output<T> output)
        => (await output.DataTask.ConfigureAwait(false)).IsSecret;

    /// <summary>All values in order: unknown where one is unknown, secret where one is secret.</summary>
    public static Output<ImmutableArray<T>> All<T>(params Input<T>[] inputs)
        => Join([.. inputs.Select(input => input.ToOutput())]);

    /// <inheritdoc cref="All{T}(Input{T}[])"/>
    public static Output<ImmutableArray<T>> All<T>(IEnumerable<Input<T>> inputs)
        => Join([.. inputs.Select(input => input.ToOutput())]);

    /// <inheritdoc cref="All{T}(Input{T}[])"/>
    public static Output<ImmutableArray<T>> All<T>(params Output<T>[] outputs)
        => Join([.. outputs]);

    /// <inheritdoc cref="All{T}(Input{T}[])"/>
    public static Output<ImmutableArray<T>> All<T>(IEnumerable<Output<T>> outputs)
        => Join([.. outputs]);

    /// <summary>An interpolated string whose holes may be outputs and inputs; formatted with the invariant culture.</summary>
    public static Output<string> Format(FormattableString formattableString)
        => All(formattableString.GetArguments().Select(ToObjectOutput))
            .Apply(arguments => string.Format(CultureInfo.InvariantCulture, formattableString.Format, [.. arguments]));

    /// <summary>The value as JSON. Outputs and inputs inside it are waited for; the text carries their taints.</summary>
    public static Output<string> JsonSerialize<T>(Output<T> value, JsonSerializerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new Output<string>(OutputJson.SerializeAsync(value, options));
    }

    /// <summary>Reads JSON; outputs inside <typeparamref name="T"/> carry the text's taints.</summary>
    public static Output<T> JsonDeserialize<T>(Output<string> json, JsonSerializerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new Output<T>(OutputJson.DeserializeAsync<T>(json, options));
    }

    internal static Output<object?> ToObjectOutput(object? value)
        => value switch
        {
            IInput input => new Output<object?>(input.ToOutput().GetDataAsync()),
            IOutput output => new Output<object?>(output.GetDataAsync()),
            _ => Create(value),
        };

    private static Output<ImmutableArray<T>> Join<T>(ImmutableArray<Output<T>> outputs)
    {
        return new Output<ImmutableArray<T>>(GetDataAsync());

        async Task<OutputData<ImmutableArray<T>>> GetDataAsync()
        {
            var values = ImmutableArray.CreateBuilder<T>(outputs.Length);
            var taints = new TaintCollector();
            foreach (var output in outputs)
            {
                values.Add(taints.Take(await output.DataTask.ConfigureAwait(false)));
            }

            return taints.ToData(values.MoveToImmutable());
        }
    }
}
