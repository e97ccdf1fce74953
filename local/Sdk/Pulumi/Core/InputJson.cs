using System.Text.Json;

namespace Pulumi;

/// <summary>An input that takes any JSON.</summary>
public sealed class InputJson : Input<JsonElement>
{
    public InputJson()
        : this(Output.Create(default(JsonElement)))
    {
    }

    private InputJson(Output<JsonElement> value)
        : base(value)
    {
    }

    public static implicit operator InputJson(string json)
        => new(Output.Create(Parse(json)));

    public static implicit operator InputJson(JsonDocument document)
        => new(Output.Create(document.RootElement));

    public static implicit operator InputJson(JsonElement element)
        => new(Output.Create(element));

    public static implicit operator InputJson(Output<string> json)
        => new(json.Apply(Parse));

    public static implicit operator InputJson(Output<JsonDocument> document)
        => new(document.Apply(value => value.RootElement));

    public static implicit operator InputJson(Output<JsonElement> element)
        => new(element);

    private static JsonElement Parse(string json)
        => JsonElement.Parse(json);
}
