using System.Text.Json;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.V1;

/// <summary>Finds the pictures in <c>{"instances": [{"b64": "…"}]}</c>; <c>{"&lt;any name&gt;": {"b64": "…"}}</c> is taken too, as TensorFlow Serving's clients send it.</summary>
internal static class PictureInstances
{
    private const int Most = 256;
    private const string Fix = "Send {\"instances\": [{\"b64\": \"<base64 of a picture>\"}]}.";

    /// <summary>The pictures, or null when the values are no such objects.</summary>
    /// <exception cref="RequestException">Some are, and some are not, or one is no base64 (400).</exception>
    public static List<ReadOnlyMemory<byte>>? Read(PredictRequest request, ReadOnlySpan<byte> json, TensorArena arena)
    {
        var reader = new Utf8JsonReader(json[request.Values]);
        reader.Read();
        if (request.ByColumn || reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }
        var pictures = new List<ReadOnlyMemory<byte>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return pictures.Count == 0 ? null : throw Mixed(pictures.Count);
            }
            if (pictures.Count == Most)
            {
                throw RequestException.Bad($"There are more than {Most} pictures in one request.", "Send them in several.");
            }
            pictures.Add(ReadObject(ref reader, arena) ?? throw Mixed(pictures.Count));
        }
        return pictures.Count == 0 ? throw RequestException.Bad("'instances' is empty.", Fix) : pictures;
    }

    // Ends on the object's last token.
    private static ReadOnlyMemory<byte>? ReadObject(ref Utf8JsonReader reader, TensorArena arena)
    {
        ReadOnlyMemory<byte>? picture = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPicture = reader.ValueTextEquals("b64"u8);
            reader.Read();
            if (isPicture)
            {
                picture = Decode(ref reader, arena);
            }
            else if (reader.TokenType == JsonTokenType.StartObject)
            {
                picture = ReadObject(ref reader, arena) ?? picture;
            }
            else
            {
                reader.Skip();
            }
        }
        return picture;
    }

    private static ReadOnlyMemory<byte> Decode(ref Utf8JsonReader reader, TensorArena arena)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw RequestException.Bad("'b64' is not a text.", Fix);
        }
        return Base64Text.TryDecode(ref reader, arena, out var bytes) ? bytes : throw RequestException.Bad("'b64' is not valid base64.", Fix);
    }

    private static RequestException Mixed(int index) => RequestException.Bad($"Instance {index} holds no 'b64'.", Fix);
}
