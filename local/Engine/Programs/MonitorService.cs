using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Pulumirpc;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Programs;

/// <summary>Pulumi's ResourceMonitor, as the program sees it.</summary>
internal sealed class MonitorService : ResourceMonitor.ResourceMonitorBase, IDisposable
{
    // What is not listed here, the SDK refuses in its own words: hooks, packages with parameters.
    private static readonly HashSet<string> Features =
    [
        "secrets", "resourceReferences", "outputValues", "aliasSpecs", "deletedWith", "replaceWith", "replacementTrigger", "transforms", "invokeTransforms",
    ];

    private readonly Registrar _registrar;
    private readonly ProgramConnection _connection;
    private readonly CallbackClient _callbacks = new();
    private readonly Lineage _lineage = new();
    private readonly Transforms _transforms;

    public MonitorService(Registrar registrar, ProgramConnection connection)
    {
        _registrar = registrar;
        _connection = connection;
        _transforms = new Transforms(_callbacks, _lineage);
    }

    public override Task<SupportsFeatureResponse> SupportsFeature(SupportsFeatureRequest request, ServerCallContext context) =>
        Task.FromResult(new SupportsFeatureResponse { HasSupport = Features.Contains(request.Id) });

    public override Task<RegisterResourceResponse> RegisterResource(RegisterResourceRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        var registered = await _registrar.RegisterAsync(async () =>
        {
            _lineage.Inherit(request);
            await _transforms.ApplyAsync(request, context.CancellationToken);
            return GoalReader.Read(request);
        });
        var state = registered.State;
        _lineage.Remember(state.Urn, request, state.Provider ?? "");
        if (registered.Result != Result.Success && !request.SupportsResultReporting)
        {
            throw new RpcException(new Status(StatusCode.Internal, "resource registration failed"));
        }

        return new RegisterResourceResponse
        {
            Urn = state.Urn.Value,
            Id = state.Id is null or Signatures.Unknown ? "" : state.Id,
            Object = WireFormat.Write(
                request.SupportsPartialValues ? state.Outputs : state.Outputs.Known,
                request.AcceptSecrets,
                request.AcceptResources),
            Result = registered.Result,
            Unknown = registered.IsUnknown,
        };
    });

    public override Task<ReadResourceResponse> ReadResource(ReadResourceRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        var read = await _registrar.ReadAsync(() =>
        {
            request.Provider = request.Provider.Length > 0 ? request.Provider : _lineage.ProviderFor(State.ProviderReference.PackageOf(request.Type), request.Parent);
            return GoalReader.Read(request);
        }, request.Id);
        return read.Result != Result.Success
            ? throw new RpcException(new Status(StatusCode.Internal, "resource read failed"))
            : new ReadResourceResponse { Urn = read.State.Urn.Value, Properties = WireFormat.Write(read.State.Outputs, request.AcceptSecrets, request.AcceptResources) };
    });

    public override Task<Empty> RegisterResourceOutputs(RegisterResourceOutputsRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        await _registrar.RegisterOutputsAsync(new Urn(request.Urn), WireFormat.Read(request.Outputs));
        return new Empty();
    });

    public override Task<ResourceInvokeResponse> Invoke(ResourceInvokeRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        var result = await _registrar.InvokeAsync(async () =>
        {
            request.Provider = request.Provider.Length > 0 ? request.Provider : _lineage.ProviderFor(State.ProviderReference.PackageOf(request.Tok), request.Parent);
            await _transforms.ApplyAsync(request, context.CancellationToken);
            return FunctionCall.Read(request);
        });
        return result is null
            ? new ResourceInvokeResponse { Unknown = true, Return = new Struct() }
            : new ResourceInvokeResponse
            {
                Return = WireFormat.Write(result.Return, keepSecrets: true, request.AcceptResources || request.Tok == FunctionCall.GetResource),
                Failures = { result.Failures.Select(failure => new CheckFailure { Property = failure.Property, Reason = failure.Reason }) },
            };
    });

    public override Task<CallResponse> Call(ResourceCallRequest request, ServerCallContext context) => AnswerAsync(() =>
        _registrar.RefuseAsync<CallResponse>($"The method {request.Tok} belongs to a component that a provider constructs, which the embedded engine does not do. Run the program with the Pulumi CLI."));

    public override Task<RegisterPackageResponse> RegisterPackage(RegisterPackageRequest request, ServerCallContext context) => AnswerAsync(() =>
        _registrar.RefuseAsync<RegisterPackageResponse>($"The package '{request.Name}' cannot be registered: the embedded engine knows no packages with parameters. Run the program with the Pulumi CLI."));

    public override Task<Empty> RegisterResourceHook(RegisterResourceHookRequest request, ServerCallContext context) => AnswerAsync(() => RefuseHookAsync(request.Name));

    public override Task<Empty> RegisterErrorHook(RegisterErrorHookRequest request, ServerCallContext context) => AnswerAsync(() => RefuseHookAsync(request.Name));

    public override Task<Empty> RegisterStackTransform(Callback request, ServerCallContext context) => AnswerAsync(() => _registrar.RunAsync(() =>
    {
        _transforms.AddForResources(request);
        return new Empty();
    }));

    public override Task<Empty> RegisterStackInvokeTransform(Callback request, ServerCallContext context) => AnswerAsync(() => _registrar.RunAsync(() =>
    {
        _transforms.AddForFunctions(request);
        return new Empty();
    }));

    public override Task<Empty> SignalAndWaitForShutdown(Empty request, ServerCallContext context) => AnswerAsync(() => Task.FromResult(new Empty()));

    public void Dispose() => _callbacks.Dispose();

    private Task<Empty> RefuseHookAsync(string name) =>
        _registrar.RefuseAsync<Empty>($"The resource hook '{name}' cannot be registered: the embedded engine does not run hooks. Leave it out, or run the program with the Pulumi CLI.");

    // The reason of a failure has been reported already; what the program hears is only that it is over.
    private Task<T> AnswerAsync<T>(Func<Task<T>> answer) => _connection.AnswerAsync(async () =>
    {
        try
        {
            return await answer();
        }
        catch (UpdateStoppedException e)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"resource monitor shut down: {e.Message}"));
        }
    });
}
