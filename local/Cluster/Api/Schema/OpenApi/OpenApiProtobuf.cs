using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Schema.OpenApi;

/// <summary>
/// An OpenAPI 2.0 document in the protobuf form that client-go asks for: the messages of gnostic's openapi.v2 package, of which this
/// writes the fields that our documents use. The numbers are those of that package.
/// </summary>
internal static class OpenApiProtobuf
{
    private static readonly (string Name, int Number)[] Methods = [("get", 2), ("put", 3), ("post", 4), ("delete", 5), ("patch", 8)];

    public static byte[] Write(JsonObject document)
    {
        var message = new Message();
        message.Text(1, (string?)document["swagger"]);
        message.Nested(2, new Message().Text(1, (string?)document["info"]!["title"]).Text(2, (string?)document["info"]!["version"]));
        var paths = new Message();
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            paths.Nested(2, Named(path, PathItem(item!.AsObject())));
        }

        var definitions = new Message();
        foreach (var (name, schema) in document["definitions"]!.AsObject())
        {
            definitions.Nested(1, Named(name, Schema(schema!.AsObject())));
        }

        return message.Nested(8, paths).Nested(9, definitions).ToArray();
    }

    private static Message Named(string name, Message value) => new Message().Text(1, name).Nested(2, value);

    private static Message PathItem(JsonObject item)
    {
        var message = new Message();
        foreach (var (name, number) in Methods)
        {
            if (item[name] is JsonObject operation)
            {
                message.Nested(number, Operation(operation));
            }
        }

        return Parameters(message, 9, item["parameters"]);
    }

    private static Message Operation(JsonObject operation)
    {
        var message = Texts(Texts(new Message(), 6, operation["produces"]), 7, operation["consumes"]);
        Parameters(message, 8, operation["parameters"]);
        var responses = new Message();
        foreach (var (code, response) in operation["responses"]!.AsObject())
        {
            var body = new Message().Text(1, (string?)response!["description"]).Nested(2, new Message().Nested(1, Schema(response["schema"]!.AsObject())));
            responses.Nested(1, Named(code, new Message().Nested(1, body)));
        }

        return Extensions(message.Nested(9, responses), 13, operation);
    }

    private static Message Parameters(Message message, int number, JsonNode? parameters)
    {
        foreach (var parameter in (parameters as JsonArray ?? []).OfType<JsonObject>())
        {
            message.Nested(number, new Message().Nested(1, Parameter(parameter)));
        }

        return message;
    }

    private static Message Parameter(JsonObject parameter)
    {
        var (name, place, type) = ((string?)parameter["name"], (string?)parameter["in"], (string?)parameter["type"]);
        return place switch
        {
            "body" => new Message().Nested(1, new Message().Text(2, name).Text(3, place).Flag(4, true).Nested(5, Schema(parameter["schema"]!.AsObject()))),
            "path" => new Message().Nested(2, new Message().Nested(4, new Message().Flag(1, true).Text(2, place).Text(4, name).Text(5, type).Flag(19, true))),
            _ => new Message().Nested(2, new Message().Nested(3, new Message().Text(2, place).Text(4, name).Text(6, type).Flag(20, true))),
        };
    }

    private static Message Schema(JsonObject schema)
    {
        var message = new Message().Text(1, (string?)schema["$ref"]).Text(2, (string?)schema["format"]).Text(4, (string?)schema["description"]);
        Texts(message, 19, schema["required"]);
        if (schema["additionalProperties"] is JsonObject values)
        {
            message.Nested(21, new Message().Nested(1, Schema(values)));
        }

        if (schema["type"] is { } type)
        {
            message.Nested(22, new Message().Text(1, (string?)type));
        }

        if (schema["items"] is JsonObject items)
        {
            message.Nested(23, new Message().Nested(1, Schema(items)));
        }

        if (schema["properties"] is JsonObject properties)
        {
            var list = new Message();
            foreach (var (name, property) in properties)
            {
                list.Nested(1, Named(name, Schema(property!.AsObject())));
            }

            message.Nested(25, list);
        }

        return Extensions(message, 31, schema);
    }

    private static Message Texts(Message message, int number, JsonNode? texts)
    {
        foreach (var text in texts as JsonArray ?? [])
        {
            message.Text(number, (string?)text);
        }

        return message;
    }

    /// <summary>Extensions carry their values as YAML, which JSON is.</summary>
    private static Message Extensions(Message message, int number, JsonObject owner)
    {
        foreach (var (name, value) in owner.Where(member => member.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            message.Nested(number, Named(name, new Message().Text(2, value!.ToJsonString() + "\n")));
        }

        return message;
    }

    /// <summary>A protobuf message being written. Absent and false values are left out, as proto3 does.</summary>
    private sealed class Message
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public Message Text(int number, string? text)
        {
            if (!string.IsNullOrEmpty(text))
            {
                Bytes(number, Encoding.UTF8.GetBytes(text));
            }

            return this;
        }

        public Message Flag(int number, bool value)
        {
            if (value)
            {
                Varint((number << 3) | 0);
                Varint(1);
            }

            return this;
        }

        public Message Nested(int number, Message message)
        {
            Bytes(number, message.ToArray());
            return this;
        }

        public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

        private void Bytes(int number, byte[] bytes)
        {
            Varint((number << 3) | 2);
            Varint(bytes.Length);
            _bytes.Write(bytes);
        }

        private void Varint(int value)
        {
            for (var rest = (uint)value; ; rest >>= 7)
            {
                if (rest < 0x80)
                {
                    _bytes.Write([(byte)rest]);
                    return;
                }

                _bytes.Write([(byte)(rest | 0x80)]);
            }
        }
    }
}
