using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Endpoints;

[JsonSerializable(typeof(Prediction))]
[JsonSerializable(typeof(ErrorBody))]
internal sealed partial class ServerJson : JsonSerializerContext
{
    /// <summary>What the server answers with. Quotes and angle brackets stay legible: this server never puts its JSON into HTML.</summary>
    public static ServerJson Answers { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
