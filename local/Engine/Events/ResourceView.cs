using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Events;

/// <summary>A resource before or after a step, safe to show: secrets are blinded. Made cheap to pass on; only who looks pays for it.</summary>
public sealed class ResourceView
{
    private static readonly ResourceJson Format = new(new PropertyJson(new NothingToEncrypt()));

    private readonly ResourceState _state;

    internal ResourceView(ResourceState state)
    {
        _state = state;
    }

    /// <summary>URN::ID of the provider resource; null for components.</summary>
    public string? Provider => _state.Provider;

    /// <summary>Whether a provider manages it; false for components.</summary>
    public bool Custom => _state.Custom;

    /// <summary>The provider's identifier; null where there is none yet.</summary>
    public string? Id => _state.Id is { Length: > 0 } and not Signatures.Unknown ? _state.Id : null;

    public bool Protect => _state.Protect;

    /// <summary>The inputs, with <c>[secret]</c> and <c>[unknown]</c> in place of what must not be shown or is not known yet.</summary>
    public JsonObject Inputs => (JsonObject)PlainJson.ToDisplay(_state.Inputs)!;

    /// <summary>The outputs, as <see cref="Inputs"/>.</summary>
    public JsonObject Outputs => (JsonObject)PlainJson.ToDisplay(_state.Outputs)!;

    /// <summary>The resource in the form of state files and of <c>pulumi preview --json</c> (apitype.ResourceV3), secrets as <c>[secret]</c>.</summary>
    public JsonObject ToJson()
    {
        var blinded = _state with
        {
            Inputs = (PropertyMap)Blind(_state.Inputs),
            Outputs = (PropertyMap)Blind(_state.Outputs),
            ReplacementTrigger = _state.ReplacementTrigger is { } trigger ? Blind(trigger) : null,
        };
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, SnapshotFormat.Compact))
        {
            Format.Write(json, blinded);
        }

        return (JsonObject)JsonNode.Parse(buffer.WrittenSpan)!;
    }

    // Unknown values stay the text that stands for them on the wire: that is what the CLI prints.
    private static PropertyValue Blind(PropertyValue value) => value switch
    {
        SecretValue => "[secret]",
        UnknownValue => Signatures.Unknown,
        ListValue { Items: var items } => new ListValue([.. items.Select(Blind)]),
        PropertyMap map => new PropertyMap(map.Select(entry => KeyValuePair.Create(entry.Key, Blind(entry.Value)))),
        _ => value,
    };

    private sealed class NothingToEncrypt : ISecretsManager
    {
        public string Type => "";

        public JsonObject? State => null;

        public string Encrypt(string plaintext) => throw new InvalidOperationException("What is shown holds no secrets.");

        public string Decrypt(string ciphertext) => throw new InvalidOperationException("What is shown holds no secrets.");
    }
}
