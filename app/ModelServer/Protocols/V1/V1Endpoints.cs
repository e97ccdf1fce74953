using Scalelab.ModelServer.Admission;
using Scalelab.ModelServer.Endpoints;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Models;
using Scalelab.ModelServer.Models.Registry;
using Scalelab.ModelServer.Protocols.Json;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.V1;

/// <summary>KServe's V1 protocol: <c>/v1/models</c>, <c>/v1/models/{model}</c>, <c>/v1/models/{model}:predict</c>.</summary>
internal sealed class V1Endpoints(ModelRegistry models, Predictor predictor, RequestBodies bodies, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var endpoints = new V1Endpoints(
            services.GetRequiredService<ModelRegistry>(), services.GetRequiredService<Predictor>(), services.GetRequiredService<RequestBodies>(),
            services.GetRequiredService<TimeProvider>());
        routes.MapGet("/v1/models", endpoints.ListAsync);
        routes.MapGet("/v1/models/{model}", endpoints.StateAsync);
        routes.MapPost("/v1/models/{model}:predict", endpoints.PredictAsync);
        routes.MapPost("/v1/models/{model}:explain", _ => throw new RequestException(
            StatusCodes.Status501NotImplemented, "No model here explains its predictions.", "Use :predict."));
    }

    private Task ListAsync(HttpContext context) => Answers.SendAsync(
        context, new ModelList([.. models.Entries.Where(entry => entry.Versions.Count > 0).Select(entry => entry.Name)]), ServerJson.Answers.ModelList);

    // A model that is known and not loaded is not an error here: it answers what was asked.
    private Task StateAsync(HttpContext context)
    {
        var entry = models.Entry((string)context.Request.RouteValues["model"]!);
        var ready = entry.Versions.Count > 0;
        return Answers.SendAsync(
            context, new ModelReady(entry.Name, ready), ServerJson.Answers.ModelReady, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private async Task PredictAsync(HttpContext context)
    {
        using var inFlight = predictor.Enter();
        using var model = models.Hold((string)context.Request.RouteValues["model"]!);
        await predictor.RefuseWhenFullAsync(context.RequestAborted);
        using var body = await bodies.ReadAsync(context);
        using var arena = new TensorArena(bodies.Budget);
        using var answer = new PooledWriter();
        var phases = new Phases();
        var started = time.GetTimestamp();
        var request = Answers.Parsing(() => PredictRequestParser.Parse(body.Bytes.Span));
        var pictures = model.Classifier is null ? null : Answers.Parsing(() => PictureInstances.Read(request, body.Bytes.Span, arena));
        if (pictures is not null)
        {
            phases.Preprocess += time.GetElapsedTime(started);
            var probabilities = await PredictAsync(model, pictures, phases, context.RequestAborted);
            started = time.GetTimestamp();
            PredictAnswer.Write(answer, model.Classifier!.Model, probabilities);
        }
        else
        {
            var inputs = Answers.Parsing(() => PredictRequestParser.ReadTensors(request, body.Bytes.Span, model.Network.Inputs, arena));
            phases.Preprocess += time.GetElapsedTime(started);
            using var outputs = await predictor.RunAsync(model, inputs, phases, context.RequestAborted);
            started = time.GetTimestamp();
            PredictAnswer.Write(answer, outputs);
        }
        phases.Postprocess += time.GetElapsedTime(started);
        predictor.Answered(model, phases);
        await Answers.SendAsync(context, answer, phases);
    }

    // A few at a time: one request must not fill the queue.
    private async Task<List<float[]>> PredictAsync(LoadedModel model, List<ReadOnlyMemory<byte>> pictures, Phases phases, CancellationToken cancellationToken)
    {
        var predicted = new List<float[]>(pictures.Count);
        foreach (var some in pictures.Chunk(predictor.PicturesAtOnce))
        {
            var each = some.Select(_ => new Phases()).ToArray();
            predicted.AddRange(await Task.WhenAll(some.Zip(each, (picture, times) => predictor.PredictAsync(model, picture, times, cancellationToken))));
            phases.AddSlowest(each);
        }
        return predicted;
    }
}

/// <summary>The names of the models that are loaded.</summary>
internal sealed record ModelList(IReadOnlyList<string> Models);

/// <summary>Whether a model is loaded.</summary>
internal sealed record ModelReady(string Name, bool Ready);
