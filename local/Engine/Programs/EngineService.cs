using Grpc.Core;
using Pulumirpc;
using Scalelab.Engine.Events;
using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Programs;

/// <summary>Pulumi's Engine service: the program's log.</summary>
internal sealed class EngineService(UpdateControl control, EventStream events, ProgramConnection connection) : Pulumirpc.Engine.EngineBase
{
    private volatile string _rootUrn = "";

    public override Task<Google.Protobuf.WellKnownTypes.Empty> Log(LogRequest request, ServerCallContext context) => connection.AnswerAsync(() =>
    {
        var severity = request.Severity switch
        {
            LogSeverity.Debug => DiagnosticSeverity.Debug,
            LogSeverity.Info => DiagnosticSeverity.Info,
            LogSeverity.Warning => DiagnosticSeverity.Warning,
            _ => DiagnosticSeverity.Error,
        };
        Urn? urn = Urn.TryParse(request.Urn, out var parsed) ? parsed : null;
        if (request.Ephemeral && urn is { } about)
        {
            events.Report(new Progress(about, request.Message));
        }
        else
        {
            // Once the update stops, the program only complains that its calls are cut off: an echo, not a reason.
            events.Report(new Diagnostic(control.Stopping.IsCancellationRequested ? DiagnosticSeverity.Debug : severity, request.Message, urn));
        }

        return Task.FromResult(new Google.Protobuf.WellKnownTypes.Empty());
    });

    public override Task<GetRootResourceResponse> GetRootResource(GetRootResourceRequest request, ServerCallContext context) =>
        Task.FromResult(new GetRootResourceResponse { Urn = _rootUrn });

    public override Task<SetRootResourceResponse> SetRootResource(SetRootResourceRequest request, ServerCallContext context)
    {
        _rootUrn = request.Urn;
        return Task.FromResult(new SetRootResourceResponse());
    }
}
