using System.Collections.Immutable;
using Pulumi;

namespace Scalelab.Sdk.Tests.Fakes;

/// <summary>A resource with a property of every shape.</summary>
internal sealed class Thing(string name, ThingArgs? args = null, CustomResourceOptions? options = null)
    : CustomResource("test:index:Thing", name, args ?? new ThingArgs(), options)
{
    [Output("text")]
    public Output<string?> Text { get; private set; } = null!;

    [Output("number")]
    public Output<int?> Number { get; private set; } = null!;

    [Output("list")]
    public Output<ImmutableArray<string>> List { get; private set; } = null!;

    [Output("part")]
    public Output<Part?> Part { get; private set; } = null!;

    [Output]
    public Output<string?> Unnamed { get; private set; } = null!;
}

internal sealed class ThingArgs : ResourceArgs
{
    [Input("text")]
    public Input<string>? Text { get; set; }

    [Input("number")]
    public Input<int>? Number { get; set; }

    [Input("list")]
    public InputList<string>? List { get; set; }

    [Input("map")]
    public InputMap<string>? Map { get; set; }

    [Input("union")]
    public InputUnion<int, string>? Union { get; set; }

    [Input("json")]
    public InputJson? Json { get; set; }

    [Input("any")]
    public Input<object>? Any { get; set; }

    [Input("part")]
    public Input<PartArgs>? Part { get; set; }

    [Input("settings", json: true)]
    public Input<PartArgs>? Settings { get; set; }

    [Input("asset")]
    public Input<AssetOrArchive>? Asset { get; set; }
}

internal sealed class PartArgs : ResourceArgs
{
    [Input("name", required: true)]
    public Input<string> Name { get; set; } = null!;

    [Input("size")]
    public Input<double>? Size { get; set; }
}

[OutputType]
internal sealed class Part
{
    public readonly string Name;
    public readonly double? Size;

    [OutputConstructor]
    internal Part(string name, double? size)
    {
        Name = name;
        Size = size;
    }
}
