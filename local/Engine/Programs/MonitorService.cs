using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Pulumirpc;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Programs;

/// <summary>Pulumi's ResourceMonitor, as the program sees it.</summary>
internal sealed class MonitorService(Registrar registrar, ProgramConnection connection) : ResourceMonitor.ResourceMonitorBase
{
    // What is not listed here, the SDK refuses in its own words: transforms, hooks, deletedWith, packages with parameters, output values.
    private static readonly HashSet<string> Features = ["secrets", "resourceReferences", "aliasSpecs"];

    public override Task<SupportsFeatureResponse> SupportsFeature(SupportsFeatureRequest request, ServerCallContext context) =>
        Task.FromResult(new SupportsFeatureResponse { HasSupport = Features.Contains(request.Id) });

    public override Task<RegisterResourceResponse> RegisterResource(RegisterResourceRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        var state = await registrar.RegisterAsync(() => GoalReader.Read(request));
        var response = new RegisterResourceResponse
        {
            Urn = state.Urn.Value,
            Id = state.Id is null or Signatures.Unknown ? "" : state.Id,
            Object = WireFormat.Write(state.Outputs, request.AcceptSecrets),
        };
        return response;
    });

    public override Task<ReadResourceResponse> ReadResource(ReadResourceRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        var state = await registrar.ReadAsync(() => GoalReader.Read(request), request.Id);
        return new ReadResourceResponse { Urn = state.Urn.Value, Properties = WireFormat.Write(state.Outputs, request.AcceptSecrets) };
    });

    public override Task<Empty> RegisterResourceOutputs(RegisterResourceOutputsRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        await registrar.RegisterOutputsAsync(new Urn(request.Urn), WireFormat.Read(request.Outputs));
        return new Empty();
    });

    public override Task<ResourceInvokeResponse> Invoke(ResourceInvokeRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        var arguments = WireFormat.Read(request.Args);
        if (arguments.ContainsUnknowns)
        {
            return new ResourceInvokeResponse { Unknown = true, Return = new Struct() };
        }

        var result = await registrar.InvokeAsync(request.Tok, () => GoalReader.Provider(request.Provider, $"The function {request.Tok}"), request.Version, arguments);
        return new ResourceInvokeResponse
        {
            Return = WireFormat.Write(result.Return, keepSecrets: true),
            Failures = { result.Failures.Select(failure => new CheckFailure { Property = failure.Property, Reason = failure.Reason }) },
        };
    });

    public override Task<Empty> SignalAndWaitForShutdown(Empty request, ServerCallContext context) => AnswerAsync(() => Task.FromResult(new Empty()));

    // The reason of a failure has been reported already; what the program hears is only that it is over.
    private Task<T> AnswerAsync<T>(Func<Task<T>> answer) => connection.AnswerAsync(async () =>
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
