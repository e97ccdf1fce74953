using System.Text.Json.Nodes;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Rest;

/// <summary>
/// The object that a write or read ends with: as stored where it was stored (then its bytes can go out as they are), or as JSON
/// only, after a dry run.
/// </summary>
internal readonly record struct Outcome
{
    private readonly StoredObject? _stored;
    private readonly JsonObject? _json;

    public Outcome(StoredObject stored) => _stored = stored;

    public Outcome(JsonObject json) => _json = json;

    public bool IsStored => _stored is not null;

    public StoredObject? Stored => _stored;

    /// <summary>A copy that the caller may change.</summary>
    public JsonObject ToJson() => _stored is not null ? ObjectJson.Parse(_stored) : _json!.DeepClone().AsObject();

    public ReadOnlyMemory<byte> ToBytes() => _stored?.Json ?? ObjectJson.Serialize(_json!);
}
