namespace Scalelab.ModelServer.Logging;

/// <summary>Gives every request an id: the client's X-Request-Id where it is usable, else one of the server's. It stands in the answer and in the log.</summary>
internal static class RequestIds
{
    public const string Header = "X-Request-Id";

    private const int MaxLength = 128;

    public static void UseRequestIds(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Request");
        app.Use(async (context, next) =>
        {
            if (context.Request.Headers[Header] is [{ } sent] && IsUsable(sent))
            {
                context.TraceIdentifier = sent;
            }
            context.Response.Headers[Header] = context.TraceIdentifier;
            using var scope = logger.BeginScope(new RequestScope(context.TraceIdentifier));
            await next(context);
            logger.LogDebug("{Method} {Path} {Status}", context.Request.Method, Printable.Cut(context.Request.Path), context.Response.StatusCode);
        });
    }

    // It is written to headers and logs as it stands: nothing in it may end a line.
    private static bool IsUsable(string id) => id.Length is > 0 and <= MaxLength && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':' or '/' or '+' or '=');
}
