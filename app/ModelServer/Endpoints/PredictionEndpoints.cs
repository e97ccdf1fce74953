using Microsoft.Net.Http.Headers;
using Scalelab.ModelServer.Admission;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Models;
using Scalelab.ModelServer.Models.Registry;
using Scalelab.ModelServer.Protocols;

namespace Scalelab.ModelServer.Endpoints;

/// <summary><c>POST /predict</c> and <c>GET /test</c>: the class of the sent, or of the bundled, picture, by the model that the server was started with.</summary>
internal sealed class PredictionEndpoints(
    ModelRegistry models, Loading<DefaultModel> model, Predictor predictor, UploadReader uploads, PodIdentity pod, TimeProvider time)
{
    private static readonly byte[] TestPicture = Resources.Read("test.jpg");

    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var endpoints = new PredictionEndpoints(
            services.GetRequiredService<ModelRegistry>(), services.GetRequiredService<Loading<DefaultModel>>(), services.GetRequiredService<Predictor>(),
            services.GetRequiredService<UploadReader>(), services.GetRequiredService<PodIdentity>(), services.GetRequiredService<TimeProvider>());
        routes.MapPost("/predict", endpoints.PredictAsync);
        routes.MapGet("/test", endpoints.TestAsync);
    }

    private async Task PredictAsync(HttpContext context)
    {
        using var inFlight = predictor.Enter();
        using var served = models.Hold(model.Result.Name);
        await predictor.RefuseWhenFullAsync(context.RequestAborted);
        using var upload = await uploads.ReadAsync(context.Request, context.RequestAborted);
        await AnswerAsync(context, served, upload.Picture);
    }

    private async Task TestAsync(HttpContext context)
    {
        using var inFlight = predictor.Enter();
        using var served = models.Hold(model.Result.Name);
        if (served.Classifier is not null)
        {
            await AnswerAsync(context, served, TestPicture);
            return;
        }
        // A model of tensors has no picture to be tested with: it runs on the inputs that it was warmed up with.
        var phases = new Phases();
        using var outputs = await predictor.RunAsync(served, served.Network.Sample(), phases, context.RequestAborted);
        predictor.Answered(served, phases);
        await Answers.SendAsync(context, new TestRun(served.Name, [.. outputs.Select(output => output.Name)], phases.Inference.TotalSeconds, pod.Name), ServerJson.Answers.TestRun);
    }

    private async Task AnswerAsync(HttpContext context, LoadedModel served, ReadOnlyMemory<byte> picture)
    {
        var phases = new Phases();
        var probabilities = await predictor.PredictAsync(served, picture, phases, context.RequestAborted);
        var started = time.GetTimestamp();
        var prediction = Prediction.Of(served.Classifier!.Model, probabilities, phases.Preprocess + phases.Inference, pod);
        phases.Postprocess += time.GetElapsedTime(started);
        predictor.Answered(served, phases);
        context.Response.Headers["Server-Timing"] = phases.ToServerTiming();
        if (PrefersText(context.Request))
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(prediction.ToLine(), context.RequestAborted);
        }
        else
        {
            await Answers.SendAsync(context, prediction, ServerJson.Answers.Prediction);
        }
    }

    // JSON unless text is asked for by name, and asked for more than JSON.
    private static bool PrefersText(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0)
        {
            return false;
        }
        var accepted = request.GetTypedHeaders().Accept;
        return Quality(accepted, "text/plain") is var text and > 0 && text > Quality(accepted, "application/json");
    }

    private static double Quality(IList<MediaTypeHeaderValue> accepted, string type) =>
        accepted.Where(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(a => a.Quality ?? 1).DefaultIfEmpty(0).Max();
}

/// <summary>Answer to <c>/test</c> of a model of tensors.</summary>
/// <param name="Model">The model.</param>
/// <param name="Outputs">What it gave, by name.</param>
/// <param name="InferenceSeconds">How long it ran.</param>
/// <param name="Pod">The pod that answered.</param>
internal sealed record TestRun(string Model, IReadOnlyList<string> Outputs, double InferenceSeconds, string Pod);
