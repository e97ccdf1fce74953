using System.Text.Json.Serialization;

namespace Scalelab.ModelServer.Models.Sources.Http;

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class HeadersJson : JsonSerializerContext;
