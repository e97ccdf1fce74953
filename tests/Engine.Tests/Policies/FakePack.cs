using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Pulumirpc;
using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.Policies;

/// <summary>A policy pack that a test plays: a process that does nothing but print the port at which the test answers.</summary>
internal sealed class FakePack : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Service _service = new();
    private WebApplication? _host;

    /// <summary>What is wrong with a resource.</summary>
    public Func<AnalyzeRequest, IEnumerable<AnalyzeDiagnostic>> Analyze { get => _service.OnAnalyze; set => _service.OnAnalyze = value; }

    /// <summary>What is wrong with the stack.</summary>
    public Func<AnalyzeStackRequest, IEnumerable<AnalyzeDiagnostic>> AnalyzeStack { get => _service.OnAnalyzeStack; set => _service.OnAnalyzeStack = value; }

    /// <summary>How a resource is mended.</summary>
    public Func<AnalyzeRequest, IEnumerable<Remediation>> Remediate { get => _service.OnRemediate; set => _service.OnRemediate = value; }

    public AnalyzerInfo Info { get; } = new() { Name = "fake", Version = "0.1.0", SupportsConfig = true };

    /// <summary>The calls, in order, with the resource's name.</summary>
    public IReadOnlyCollection<string> Calls => _service.Calls;

    public ConfigureAnalyzerRequest? Configured => _service.Configured;

    public AnalyzerStackConfigureRequest? Stack => _service.Stack;

    public string Folder => _folder.Path;

    public static AnalyzeDiagnostic Violation(string message, EnforcementLevel level = EnforcementLevel.Mandatory, string urn = "") =>
        new() { PolicyName = "rule", PolicyPackName = "fake", Message = message, EnforcementLevel = level, Urn = urn };

    public async Task<PolicyPackOptions> StartAsync(string? config = null)
    {
        _service.Info = Info;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(_service);
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        _host = builder.Build();
        _host.MapGrpcService<Service>();
        await _host.StartAsync(TestContext.Current.CancellationToken);
        var port = new Uri(_host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        return Script($"echo {port}\nexec sleep 600", config);
    }

    /// <summary>A pack that is a shell script.</summary>
    public PolicyPackOptions Script(string script, string? config = null)
    {
        _folder.File("PulumiPolicy.yaml", "runtime:\n  name: dotnet\n  options:\n    binary: pack.sh\n");
        var path = _folder.File("pack.sh", $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new PolicyPackOptions(Folder, config is null ? null : _folder.File("config.json", config));
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _folder.Dispose();
    }

    private sealed class Service : Analyzer.AnalyzerBase
    {
        public Func<AnalyzeRequest, IEnumerable<AnalyzeDiagnostic>> OnAnalyze { get; set; } = _ => [];

        public Func<AnalyzeStackRequest, IEnumerable<AnalyzeDiagnostic>> OnAnalyzeStack { get; set; } = _ => [];

        public Func<AnalyzeRequest, IEnumerable<Remediation>> OnRemediate { get; set; } = _ => [];

        public AnalyzerInfo Info { get; set; } = new();

        public ConcurrentQueue<string> Calls { get; } = [];

        public ConfigureAnalyzerRequest? Configured { get; private set; }

        public AnalyzerStackConfigureRequest? Stack { get; private set; }

        // Handshake is left out, as older packs do: the engine goes on without.
        public override Task<AnalyzerInfo> GetAnalyzerInfo(Empty request, ServerCallContext context) => Task.FromResult(Info);

        public override Task<AnalyzerStackConfigureResponse> ConfigureStack(AnalyzerStackConfigureRequest request, ServerCallContext context)
        {
            Stack = request;
            return Task.FromResult(new AnalyzerStackConfigureResponse());
        }

        public override Task<Empty> Configure(ConfigureAnalyzerRequest request, ServerCallContext context)
        {
            Configured = request;
            return Task.FromResult(new Empty());
        }

        public override Task<RemediateResponse> Remediate(AnalyzeRequest request, ServerCallContext context)
        {
            Calls.Enqueue($"remediate {request.Name}");
            return Task.FromResult(new RemediateResponse { Remediations = { OnRemediate(request) } });
        }

        public override Task<AnalyzeResponse> Analyze(AnalyzeRequest request, ServerCallContext context)
        {
            Calls.Enqueue($"analyze {request.Name}");
            return Task.FromResult(new AnalyzeResponse { Diagnostics = { OnAnalyze(request) } });
        }

        public override Task<AnalyzeResponse> AnalyzeStack(AnalyzeStackRequest request, ServerCallContext context)
        {
            Calls.Enqueue("analyze the stack");
            return Task.FromResult(new AnalyzeResponse { Diagnostics = { OnAnalyzeStack(request) } });
        }
    }
}
