using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Models.Registry;
using Scalelab.ModelServer.Protocols.Repository;
using Scalelab.ModelServer.Protocols.V1;
using Scalelab.ModelServer.Protocols.V2;

namespace Scalelab.ModelServer.Endpoints;

[JsonSerializable(typeof(Prediction))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(TestRun))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelReady))]
[JsonSerializable(typeof(ModelLoaded))]
[JsonSerializable(typeof(ModelUnloaded))]
[JsonSerializable(typeof(ServerMetadata))]
[JsonSerializable(typeof(ServerLive))]
[JsonSerializable(typeof(ServerReady))]
[JsonSerializable(typeof(ModelMetadata))]
[JsonSerializable(typeof(RepositoryRequest))]
[JsonSerializable(typeof(IReadOnlyList<ModelState>))]
internal sealed partial class ServerJson : JsonSerializerContext
{
    /// <summary>What the server answers with. Quotes and angle brackets stay legible: this server never puts its JSON into HTML.</summary>
    public static ServerJson Answers { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
