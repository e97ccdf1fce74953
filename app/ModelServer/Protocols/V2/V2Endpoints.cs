using System.Globalization;
using Microsoft.Extensions.Primitives;
using Scalelab.ModelServer.Admission;
using Scalelab.ModelServer.Endpoints;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Models;
using Scalelab.ModelServer.Models.Registry;
using Scalelab.ModelServer.Protocols.Json;
using Scalelab.ModelServer.Protocols.V1;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.V2;

/// <summary>The Open Inference Protocol over REST, with the binary tensor data extension.</summary>
internal sealed class V2Endpoints(ModelRegistry models, Predictor predictor, RequestBodies bodies, Readiness readiness, TimeProvider time)
{
    /// <summary>Length of the JSON in a body that has binary parts after it.</summary>
    public const string LengthHeader = "Inference-Header-Content-Length";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var endpoints = new V2Endpoints(
            services.GetRequiredService<ModelRegistry>(), services.GetRequiredService<Predictor>(), services.GetRequiredService<RequestBodies>(),
            services.GetRequiredService<Readiness>(), services.GetRequiredService<TimeProvider>());
        routes.MapGet("/v2", context => Answers.SendAsync(context, ServerMetadata.Current, ServerJson.Answers.ServerMetadata));
        routes.MapGet("/v2/health/live", context => Answers.SendAsync(context, new ServerLive(true), ServerJson.Answers.ServerLive));
        routes.MapGet("/v2/health/ready", endpoints.ReadyAsync);
        routes.MapGet("/v2/models", endpoints.ListAsync);
        foreach (var model in (string[])["/v2/models/{model}", "/v2/models/{model}/versions/{version}"])
        {
            routes.MapGet(model, endpoints.DescribeAsync);
            routes.MapGet($"{model}/ready", endpoints.ModelReadyAsync);
            routes.MapPost($"{model}/infer", endpoints.InferAsync);
        }
    }

    private static string Name(HttpContext context) => (string)context.Request.RouteValues["model"]!;

    private static string? Version(HttpContext context) => (string?)context.Request.RouteValues["version"];

    private Task ReadyAsync(HttpContext context)
    {
        var ready = readiness.IsReady && models.IsReady;
        return Answers.SendAsync(
            context, new ServerReady(ready), ServerJson.Answers.ServerReady, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private Task ListAsync(HttpContext context) =>
        Answers.SendAsync(context, new ModelList([.. models.Entries.Select(entry => entry.Name)]), ServerJson.Answers.ModelList);

    private Task DescribeAsync(HttpContext context)
    {
        var model = models.Find(Name(context), Version(context));
        return Answers.SendAsync(
            context, ModelMetadata.Of(model, [.. models.Entry(model.Name).Versions.Select(loaded => loaded.Version)]), ServerJson.Answers.ModelMetadata);
    }

    private Task ModelReadyAsync(HttpContext context)
    {
        var entry = models.Entry(Name(context));
        // A version that does not exist is an error; a model that is not loaded is an answer.
        var ready = entry.Versions.Count > 0 && models.Find(entry.Name, Version(context)) is not null;
        return Answers.SendAsync(
            context, new ModelReady(entry.Name, ready), ServerJson.Answers.ModelReady, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private async Task InferAsync(HttpContext context)
    {
        using var inFlight = predictor.Enter();
        using var model = models.Hold(Name(context), Version(context));
        await predictor.RefuseWhenFullAsync(context.RequestAborted);
        using var body = await bodies.ReadAsync(context);
        using var arena = new TensorArena(bodies.Budget);
        using var answer = new PooledWriter();
        var phases = new Phases();
        var started = time.GetTimestamp();
        var (json, binary) = Split(context.Request.Headers[LengthHeader], body.Bytes);
        var (request, inputs) = Answers.Parsing(() => Read(json, binary, model, arena));
        phases.Preprocess += time.GetElapsedTime(started);
        using var outputs = await predictor.RunAsync(model, inputs, phases, context.RequestAborted);
        started = time.GetTimestamp();
        using var wanted = request.Outputs is null ? outputs : outputs.Only([.. request.Outputs.Select(output => output.Name)]);
        var length = InferAnswer.Write(answer, model.Name, model.Version, request, wanted);
        if (length is { } header)
        {
            context.Response.Headers[LengthHeader] = header.ToString(CultureInfo.InvariantCulture);
        }
        phases.Postprocess += time.GetElapsedTime(started);
        predictor.Answered(model, phases);
        await Answers.SendAsync(context, answer, phases, length is null ? "application/json" : "application/octet-stream");
    }

    private static (InferRequest Request, List<Tensor> Inputs) Read(ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> binary, LoadedModel model, TensorArena arena)
    {
        var request = InferRequestParser.Parse(json.Span);
        CheckOutputs(request.Outputs, model.Network.Outputs);
        return (request, InputTensors.Read(request, model.Network.Inputs, json, binary, arena));
    }

    private static void CheckOutputs(List<InferOutput>? wanted, IReadOnlyList<TensorSpec> outputs)
    {
        foreach (var output in wanted ?? [])
        {
            if (!outputs.Any(spec => spec.Name == output.Name))
            {
                throw RequestException.Bad(
                    $"The model has no output '{Printable.Cut(output.Name)}'.", $"The model gives: {string.Join(", ", outputs.Select(spec => $"'{spec.Name}' {spec}"))}.");
            }
        }
    }

    private static (ReadOnlyMemory<byte> Json, ReadOnlyMemory<byte> Binary) Split(StringValues header, ReadOnlyMemory<byte> body)
    {
        if (header.Count == 0)
        {
            return (body, default);
        }
        return int.TryParse(header.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= body.Length
            ? (body[..length], body[length..])
            : throw RequestException.Bad(
                $"{LengthHeader} is '{Printable.Cut(header.ToString())}', and the body has {body.Length} bytes.", "Send the length of the JSON at the body's start.");
    }
}
