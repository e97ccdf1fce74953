using System.Collections.Immutable;
using System.Text.Json;
using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Outputs in every combination, and stack outputs of every shape.</summary>
internal sealed class Outputs : Stack
{
    public Outputs()
    {
        var map = new ConfigMap("map", new ConfigMapArgs
        {
            Data = Output.Create(Task.FromResult(new Dictionary<string, string> { ["one"] = "1", ["two"] = "2" })),
        });
        var data = map.Data;
        Input<string> one = data.Apply(values => values["one"]);
        InputList<string> numbers = new[] { "0" };
        numbers.Add(one, data.Apply(values => values["two"]));

        // Sorted: the order of the dictionary is another in every process.
        var json = Output.JsonSerialize(data.Apply(values => values.ToImmutableSortedDictionary(StringComparer.Ordinal)));
        var copy = new ConfigMap("copy", new ConfigMapArgs { Data = { { "numbers", numbers.Apply(all => string.Join('-', all)) }, { "json", json } } });

        Text = Output.Format($"{one}+{data.Apply(values => values["two"])}={3}");
        Nested = Output.Create(new Dictionary<string, ImmutableArray<int>> { ["list"] = [1, 2, 3] }.ToImmutableDictionary());
        Pair = Output.Tuple(one, (Input<double>)2.5, (Input<bool>)true).Apply(((string Name, double Size, bool On) tuple) => $"{tuple.Name}/{tuple.Size}/{tuple.On}");
        Chain = copy.Data.Apply(values => Output.Create(values["numbers"])).Apply(async text =>
        {
            await Task.Yield();
            return text.Length;
        });
        Sum = JsonDocument(copy).Apply(document => document.RootElement.EnumerateObject().Sum(property => int.Parse(property.Value.GetString()!, System.Globalization.CultureInfo.InvariantCulture)));
        Nothing = Output.Create((string?)null);
        Union = Output.Create(Union<string, int>.FromT1(7)).Value().Apply(value => (int)value!);
        _ = Text.Apply(text =>
        {
            Log.Info($"text is {text}", this);
            return text;
        });
    }

    [Output("text")]
    public Output<string> Text { get; set; }

    [Output("nested")]
    public Output<ImmutableDictionary<string, ImmutableArray<int>>> Nested { get; set; }

    [Output("pair")]
    public Output<string> Pair { get; set; }

    [Output("chain")]
    public Output<int> Chain { get; set; }

    [Output("sum")]
    public Output<int> Sum { get; set; }

    [Output("nothing")]
    public Output<string?> Nothing { get; set; }

    [Output("union")]
    public Output<int> Union { get; set; }

    private static Output<JsonDocument> JsonDocument(ConfigMap map) => Output.JsonDeserialize<JsonDocument>(map.Data.Apply(values => values["json"]));
}
