using Microsoft.Net.Http.Headers;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Endpoints;

/// <summary><c>POST /predict</c> and <c>GET /test</c>: the class of the sent, or of the bundled, picture.</summary>
internal static class PredictionEndpoints
{
    private static readonly byte[] TestPicture = Resources.Read("test.jpg");

    public static void MapPredictions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/predict", async (HttpContext context, UploadReader uploads, Predictor predictor) =>
        {
            var picture = await uploads.ReadAsync(context.Request, context.RequestAborted);
            return Answer(context, await predictor.PredictAsync(picture, context.RequestAborted));
        }).RequireRateLimiting(UploadLimit.Policy);

        routes.MapGet("/test", async (HttpContext context, Predictor predictor) =>
            Answer(context, await predictor.PredictAsync(TestPicture, context.RequestAborted)));
    }

    private static IResult Answer(HttpContext context, Prediction prediction) => PrefersText(context.Request)
        ? TypedResults.Text(prediction.ToLine(), "text/plain")
        : TypedResults.Json(prediction, ServerJson.Answers.Prediction);

    // JSON unless text is asked for by name, and asked for more than JSON.
    private static bool PrefersText(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        return Quality(accepted, "text/plain") is var text and > 0 && text > Quality(accepted, "application/json");
    }

    private static double Quality(IList<MediaTypeHeaderValue> accepted, string type) =>
        accepted.Where(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(a => a.Quality ?? 1).DefaultIfEmpty(0).Max();
}
