using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Pulumirpc;
using Scalelab.Engine.Programs;
using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Policies;

/// <summary>A policy pack that runs and is configured: Pulumi's Analyzer service, from the engine's side.</summary>
internal sealed class Pack : IAsyncDisposable
{
    private static readonly TimeSpan TimeToAnswer = TimeSpan.FromMinutes(1);

    private readonly PackProject _project;
    private readonly PackProcess _process;
    private readonly GrpcChannel _channel;
    private readonly Analyzer.AnalyzerClient _client;
    private readonly TimeProvider _time;

    private Pack(PackProject project, PackProcess process, GrpcChannel channel, TimeProvider time)
    {
        _project = project;
        _process = process;
        _channel = channel;
        _client = new Analyzer.AnalyzerClient(channel);
        _time = time;
    }

    /// <summary>The pack's version.</summary>
    public string Version { get; private set; } = "";

    /// <summary>Whether any of its rules is to mend resources.</summary>
    public bool Remediates { get; private set; }

    /// <summary>Starts a pack and tells it everything that it must know.</summary>
    /// <param name="project">Where it lies.</param>
    /// <param name="config">Levels and settings.</param>
    /// <param name="stack">What it will judge.</param>
    /// <param name="engine">Where the Engine service listens.</param>
    /// <param name="options">Folder and variables of the process.</param>
    /// <param name="events">Gets what it prints.</param>
    /// <param name="time">The clock of time limits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EngineException">It does not start, does not answer in time, or refuses its configuration.</exception>
    public static async Task<Pack> StartAsync(
        PackProject project, PackConfig config, AnalyzerStackConfigureRequest stack, string engine, UpdateOptions options, EventStream events, TimeProvider time, CancellationToken cancellationToken)
    {
        var process = PackProcess.Start(project, engine, options.Project.ProgramFolder, options.Environment, events, time);
        GrpcChannel? channel = null;
        try
        {
            var port = await process.ReadPortAsync(cancellationToken);
            channel = GrpcChannel.ForAddress(
                $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}",
                new GrpcChannelOptions { MaxReceiveMessageSize = ProgramServer.MaxMessageSize, MaxSendMessageSize = ProgramServer.MaxMessageSize });
            var pack = new Pack(project, process, channel, time);
            await pack.ConfigureAsync(config, stack, engine, cancellationToken);
            return pack;
        }
        catch
        {
            channel?.Dispose();
            await process.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="EngineException">It failed, ended or did not answer in time.</exception>
    public async Task<IReadOnlyList<AnalyzeDiagnostic>> AnalyzeAsync(PolicySubject subject, CancellationToken cancellationToken) =>
        (await CallAsync($"while it judged {subject.Urn}", cancel => _client.AnalyzeAsync(subject.ToRequest(keepInternal: false), cancellationToken: cancel), cancellationToken)).Diagnostics;

    /// <inheritdoc cref="AnalyzeAsync"/>
    public async Task<IReadOnlyList<Remediation>> RemediateAsync(PolicySubject subject, CancellationToken cancellationToken) =>
        (await TryCallAsync($"while it mended {subject.Urn}", cancel => _client.RemediateAsync(subject.ToRequest(keepInternal: true), cancellationToken: cancel), cancellationToken))?.Remediations
        ?? (IReadOnlyList<Remediation>)[];

    /// <inheritdoc cref="AnalyzeAsync"/>
    public async Task<IReadOnlyList<AnalyzeDiagnostic>> AnalyzeStackAsync(AnalyzeStackRequest stack, CancellationToken cancellationToken) =>
        (await TryCallAsync("while it judged the stack", cancel => _client.AnalyzeStackAsync(stack, cancellationToken: cancel), cancellationToken))?.Diagnostics
        ?? (IReadOnlyList<AnalyzeDiagnostic>)[];

    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return _process.DisposeAsync();
    }

    private async Task ConfigureAsync(PackConfig config, AnalyzerStackConfigureRequest stack, string engine, CancellationToken cancellationToken)
    {
        const string When = "while it was configured";
        var handshake = new AnalyzerHandshakeRequest { EngineAddress = engine, RootDirectory = _project.Folder, ProgramDirectory = _project.Folder };
        await TryCallAsync("at the handshake", cancel => _client.HandshakeAsync(handshake, cancellationToken: cancel), cancellationToken);
        await TryCallAsync(When, cancel => _client.ConfigureStackAsync(stack, cancellationToken: cancel), cancellationToken);
        var info = await CallAsync(When, cancel => _client.GetAnalyzerInfoAsync(new Empty(), cancellationToken: cancel), cancellationToken);
        var complete = config.Complete(info);
        if (complete.PolicyConfig.Count > 0)
        {
            await CallAsync(When, cancel => _client.ConfigureAsync(complete, cancellationToken: cancel), cancellationToken);
        }

        Version = _project.Version ?? info.Version;
        Remediates = complete.PolicyConfig.Values.Any(policy => policy.EnforcementLevel == EnforcementLevel.Remediate);
    }

    // Packs made for older engines lack some calls, which is no error.
    private async Task<T?> TryCallAsync<T>(string when, Func<CancellationToken, AsyncUnaryCall<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await CallAsync(when, call, cancellationToken);
        }
        catch (EngineException e) when (e.InnerException is RpcException { StatusCode: StatusCode.Unimplemented })
        {
            return null;
        }
    }

    private async Task<T> CallAsync<T>(string when, Func<CancellationToken, AsyncUnaryCall<T>> call, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeToAnswer, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException e) when (limit.IsCancellationRequested)
        {
            throw new EngineException($"The policy pack {_project.Folder} did not answer within {TimeToAnswer.TotalSeconds:0} seconds {when}, and is ended.", e);
        }
        catch (RpcException e)
        {
            // An error with a cause on this side is one of the connection.
            var end = e.Status.DebugException is null ? null : await _process.FindEndAsync(when);
            throw end ?? new EngineException($"The policy pack {_project.Folder} failed {when}: {e.Status.Detail}", e);
        }
    }
}
