using System.Collections.Immutable;

namespace Pulumi;

/// <summary>Reads the outputs of another stack.</summary>
public class StackReference : CustomResource
{
    /// <param name="name">The other stack, <c>organization/project/stack</c>, unless <paramref name="args"/> names it.</param>
    /// <param name="args">Names the other stack.</param>
    /// <param name="options">How the engine treats the reference.</param>
    public StackReference(string name, StackReferenceArgs? args = null, CustomResourceOptions? options = null)
        : base(
            "pulumi:pulumi:StackReference",
            name,
            new StackReferenceArgs { Name = args?.Name ?? name },
            CustomResourceOptions.Merge(options, new CustomResourceOptions { Id = args?.Name ?? name }))
    {
    }

    [Output("name")]
    public Output<string> Name { get; private set; } = null!;

    [Output("outputs")]
    public Output<ImmutableDictionary<string, object>> Outputs { get; private set; } = null!;

    [Output("secretOutputNames")]
    public Output<ImmutableArray<string>> SecretOutputNames { get; private set; } = null!;

    /// <summary>The other stack's output; null where it has none of that name.</summary>
    public Output<object?> GetOutput(Input<string> name)
        => WithOwnSecrecy(name, Output.Tuple(name.ToOutput(), Outputs).Apply(pair => pair.Item2.GetValueOrDefault(pair.Item1)));

    /// <summary>The other stack's output; the program fails where it has none of that name.</summary>
    public Output<object> RequireOutput(Input<string> name)
        => WithOwnSecrecy(name, Output.Tuple(name.ToOutput(), Name, Outputs).Apply(all => all.Item3.TryGetValue(all.Item1, out var value)
            ? value
            : throw new KeyNotFoundException($"Stack '{all.Item2}' has no output '{all.Item1}'.")));

    public async Task<StackReferenceOutputDetails> GetOutputDetailsAsync(string name)
    {
        var data = await GetOutput(name).DataTask.ConfigureAwait(false);
        return data.IsSecret
            ? new StackReferenceOutputDetails { SecretValue = data.Value }
            : new StackReferenceOutputDetails { Value = data.Value };
    }

    /// <exception cref="InvalidOperationException">The output is secret.</exception>
    public Task<object?> GetValueAsync(Input<string> name)
        => ExposeAsync(GetOutput(name), nameof(GetOutput));

    /// <inheritdoc cref="GetValueAsync"/>
    public Task<object> RequireValueAsync(Input<string> name)
        => ExposeAsync(RequireOutput(name), nameof(RequireOutput));

    private static async Task<T> ExposeAsync<T>(Output<T> output, string instead)
    {
        var data = await output.DataTask.ConfigureAwait(false);
        return data.IsSecret ? throw new InvalidOperationException($"The output is secret; use {instead}, which keeps it so.") : data.Value;
    }

    // All outputs together are secret where one is; the one that was asked for need not be.
    private Output<T> WithOwnSecrecy<T>(Input<string> name, Output<T> output)
    {
        return new Output<T>(GetDataAsync());

        async Task<OutputData<T>> GetDataAsync()
        {
            var data = await output.DataTask.ConfigureAwait(false);
            var key = await name.ToOutput().DataTask.ConfigureAwait(false);
            var secrets = await SecretOutputNames.DataTask.ConfigureAwait(false);
            return !key.IsKnown || !secrets.IsKnown || secrets.Value.IsDefault
                ? data
                : data with { IsSecret = secrets.Value.Contains(key.Value) };
        }
    }
}
