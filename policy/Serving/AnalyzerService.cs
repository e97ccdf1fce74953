using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Serving;

/// <summary>Pulumi's Analyzer service over a pack.</summary>
internal sealed class AnalyzerService(PolicyPack pack, EngineWatch engine) : Analyzer.AnalyzerBase
{
    private readonly Analysis _analysis = new(pack);

    public override Task<AnalyzerHandshakeResponse> Handshake(AnalyzerHandshakeRequest request, ServerCallContext context)
    {
        engine.Watch(request.EngineAddress);
        return Task.FromResult(new AnalyzerHandshakeResponse());
    }

    public override Task<PluginInfo> GetPluginInfo(Empty request, ServerCallContext context) => Task.FromResult(new PluginInfo { Version = pack.Version });

    public override Task<AnalyzerInfo> GetAnalyzerInfo(Empty request, ServerCallContext context) => Task.FromResult(PackInfo.Of(pack));

    public override Task<AnalyzerStackConfigureResponse> ConfigureStack(AnalyzerStackConfigureRequest request, ServerCallContext context)
    {
        _analysis.ConfigureStack(new StackInfo(request.Project, request.Stack, request.Config.ToImmutableDictionary()));
        return Task.FromResult(new AnalyzerStackConfigureResponse());
    }

    public override Task<Empty> Configure(ConfigureAnalyzerRequest request, ServerCallContext context)
    {
        try
        {
            _analysis.Configure(request.PolicyConfig);
            return Task.FromResult(new Empty());
        }
        catch (PolicyConfigurationException e)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, e.Message));
        }
    }

    public override Task<AnalyzeResponse> Analyze(AnalyzeRequest request, ServerCallContext context) =>
        Answer(() => _analysis.Analyze(Resource.Of(request)));

    public override Task<AnalyzeResponse> AnalyzeStack(AnalyzeStackRequest request, ServerCallContext context) =>
        Answer(() => _analysis.AnalyzeStack(request.Resources.Select(Resource.Of)));

    /// <summary>Changes nothing: every rule says what to write instead, and the program stays what it reads like.</summary>
    public override Task<RemediateResponse> Remediate(AnalyzeRequest request, ServerCallContext context) => Task.FromResult(new RemediateResponse());

    /// <summary>Nothing here runs for long: whoever asked ends the process next.</summary>
    public override Task<Empty> Cancel(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

    private Task<AnalyzeResponse> Answer(Func<ImmutableArray<Verdict>> analyze)
    {
        try
        {
            var response = new AnalyzeResponse();
            foreach (var verdict in analyze())
            {
                if (verdict is Violation violation)
                {
                    response.Diagnostics.Add(DiagnosticOf(violation));
                }
                else if (verdict is Exempt exempt)
                {
                    response.NotApplicable.Add(new PolicyNotApplicable { PolicyName = exempt.Rule.Name, Reason = exempt.Reason });
                }
            }

            return Task.FromResult(response);
        }
        catch (InvalidOperationException e)
        {
            throw new RpcException(new Status(StatusCode.Internal, e.Message));
        }
    }

    private AnalyzeDiagnostic DiagnosticOf(Violation violation) => new()
    {
        PolicyName = violation.Rule.Name,
        PolicyPackName = pack.Name,
        PolicyPackVersion = pack.Version,
        Description = violation.Rule.Description,
        Message = SecretBlot.Apply(violation.Message, violation.Resource.Properties),
        EnforcementLevel = violation.Level,
        Urn = violation.Resource.Urn,
    };
}
