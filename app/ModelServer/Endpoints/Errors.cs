using Microsoft.AspNetCore.Diagnostics;
using Scalelab.ModelServer.Logging;

namespace Scalelab.ModelServer.Endpoints;

/// <summary>Gives every answer that is not a success a JSON body that says what is wrong and how to mend it.</summary>
internal static class Errors
{
    /// <summary>Puts the error bodies before everything that follows in the pipeline.</summary>
    public static void UseErrorBodies(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = AnswerExceptionAsync,
            // The sender's mistakes are answered, not logged: they would fill the pod's log with other people's errors.
            SuppressDiagnosticsCallback = context => context.Exception is RequestException or BadHttpRequestException,
        });
        app.UseStatusCodePages(context => AnswerStatusAsync(context.HttpContext));
    }

    /// <summary>Writes the body.</summary>
    public static Task WriteAsync(HttpContext context, int status, ErrorBody body)
    {
        context.Response.StatusCode = status;
        context.Response.Headers[RequestIds.Header] = context.TraceIdentifier;
        return context.Response.WriteAsJsonAsync(body, ServerJson.Answers.ErrorBody, contentType: null, context.RequestAborted);
    }

    private static Task AnswerExceptionAsync(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>()?.Error switch
    {
        RequestException refused => WriteAsync(context, refused),
        BadHttpRequestException request => WriteAsync(context, request.StatusCode, new ErrorBody(request.Message, "Mend the request and send it again.")),
        _ => WriteAsync(
            context, StatusCodes.Status500InternalServerError,
            new ErrorBody("The server failed on this request.", "The pod's log says why: kubectl logs <pod>.")),
    };

    private static Task WriteAsync(HttpContext context, RequestException refused)
    {
        if (refused.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = $"{seconds}";
        }
        return WriteAsync(context, refused.Status, new ErrorBody(refused.Message, refused.Fix));
    }

    private static Task AnswerStatusAsync(HttpContext context)
    {
        var request = context.Request;
        var body = context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => new ErrorBody(
                $"There is no {Printable.Cut(request.Path)}.", "Known: GET /, POST /predict, GET /test, GET /hello, GET /healthz, GET /readyz, GET /metrics, GET /docs and what is described there."),
            StatusCodes.Status405MethodNotAllowed => new ErrorBody(
                $"{request.Method} is not for {Printable.Cut(request.Path)}.", $"Use {context.Response.Headers.Allow}."),
            var status => new ErrorBody($"The request was refused with status {status}.", "Mend the request and send it again."),
        };
        return WriteAsync(context, context.Response.StatusCode, body);
    }
}
