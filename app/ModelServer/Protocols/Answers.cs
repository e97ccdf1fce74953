using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Scalelab.ModelServer.Admission;
using Scalelab.ModelServer.Protocols.Json;

namespace Scalelab.ModelServer.Protocols;

/// <summary>Sends answers.</summary>
internal static class Answers
{
    private const string Json = "application/json";

    /// <summary>Sends a prediction with its timing.</summary>
    public static async Task SendAsync(HttpContext context, PooledWriter answer, Phases phases, string contentType = Json)
    {
        var response = context.Response;
        response.Headers["Server-Timing"] = phases.ToServerTiming();
        response.ContentType = contentType;
        response.ContentLength = answer.Length;
        await response.Body.WriteAsync(answer.Written, context.RequestAborted);
    }

    /// <summary>Sends an object as JSON.</summary>
    public static async Task SendAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        using var answer = new PooledWriter();
        using (var json = new Utf8JsonWriter(answer, new JsonWriterOptions { Encoder = type.Options.Encoder }))
        {
            JsonSerializer.Serialize(json, value, type);
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = Json;
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer.Written, context.RequestAborted);
    }

    /// <summary>Runs what reads JSON; its failures are the sender's.</summary>
    /// <exception cref="RequestException">Not JSON, or text in it that is no Unicode (400).</exception>
    public static T Parsing<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is what the reader throws at text that is no Unicode.
            throw RequestException.Bad($"The body is not valid JSON: {Printable.Cut(exception.Message)}", "Mend the JSON.");
        }
    }
}
