using Grpc.Core;
using Scalelab.ModelServer.Admission;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Models.Registry;
using Scalelab.ModelServer.Protocols.Grpc.Wire;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.Grpc;

/// <summary>The Open Inference Protocol over gRPC.</summary>
internal sealed class InferenceService(
    ModelRegistry models, ModelRepository repository, Predictor predictor, RequestBodies bodies, Readiness readiness, TimeProvider time)
    : GRPCInferenceService.GRPCInferenceServiceBase
{
    // Where a model comes from, as in the REST form of the extension.
    private const string StorageUri = "storage_uri";

    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) => Task.FromResult(new ServerLiveResponse { Live = true });

    public override Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerReadyResponse { Ready = readiness.IsReady && models.IsReady });

    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context)
    {
        var entry = models.Entry(request.Name);
        return Task.FromResult(new ModelReadyResponse { Ready = entry.Versions.Count > 0 && models.Find(request.Name, request.Version) is not null });
    }

    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context)
    {
        var server = V2.ServerMetadata.Current;
        return Task.FromResult(new ServerMetadataResponse { Name = server.Name, Version = server.Version, Extensions = { server.Extensions } });
    }

    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context)
    {
        var model = models.Find(request.Name, request.Version);
        return Task.FromResult(new ModelMetadataResponse
        {
            Name = model.Name,
            Platform = V2.ModelMetadata.Onnx,
            Versions = { models.Entry(model.Name).Versions.Select(loaded => loaded.Version) },
            Inputs = { model.Network.Inputs.Select(Describe) },
            Outputs = { model.Network.Outputs.Select(Describe) },
        });
    }

    public override async Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        using var inFlight = predictor.Enter();
        using var model = models.Hold(request.ModelName, request.ModelVersion);
        await predictor.RefuseWhenFullAsync(context.CancellationToken);
        using var arena = new TensorArena(bodies.Budget);
        var phases = new Phases();
        var started = time.GetTimestamp();
        var inputs = GrpcTensors.Read(request, model.Network.Inputs, arena);
        phases.Preprocess += time.GetElapsedTime(started);
        using var outputs = await predictor.RunAsync(model, inputs, phases, context.CancellationToken);
        started = time.GetTimestamp();
        var response = GrpcTensors.Write(request, model, outputs);
        phases.Postprocess += time.GetElapsedTime(started);
        predictor.Answered(model, phases);
        await context.WriteResponseHeadersAsync(new Metadata { { "server-timing", phases.ToServerTiming() } });
        return response;
    }

    public override Task<RepositoryIndexResponse> RepositoryIndex(RepositoryIndexRequest request, ServerCallContext context)
    {
        var response = new RepositoryIndexResponse();
        response.Models.AddRange(repository.Index(request.Ready).Select(state => new RepositoryIndexResponse.Types.ModelIndex
        {
            Name = state.Name,
            Version = state.Version,
            State = state.State,
            Reason = state.Reason,
        }));
        return Task.FromResult(response);
    }

    public override async Task<RepositoryModelLoadResponse> RepositoryModelLoad(RepositoryModelLoadRequest request, ServerCallContext context)
    {
        var name = Name(request.ModelName, request.RepositoryName);
        var uri = request.Parameters.TryGetValue(StorageUri, out var parameter) ? parameter.StringParam : null;
        await repository.LoadAsync(name, string.IsNullOrEmpty(uri) ? null : uri, context.CancellationToken);
        return new RepositoryModelLoadResponse { ModelName = name, IsLoaded = true };
    }

    public override Task<RepositoryModelUnloadResponse> RepositoryModelUnload(RepositoryModelUnloadRequest request, ServerCallContext context)
    {
        var name = Name(request.ModelName, request.RepositoryName);
        repository.Unload(name);
        return Task.FromResult(new RepositoryModelUnloadResponse { ModelName = name, IsUnloaded = true });
    }

    private static string Name(string model, string repository) => model.Length > 0 ? model : repository;

    private static ModelMetadataResponse.Types.TensorMetadata Describe(TensorSpec spec) => new() { Name = spec.Name, Datatype = spec.Type.Name(), Shape = { spec.Shape } };
}
