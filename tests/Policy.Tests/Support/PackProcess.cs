using System.Diagnostics;
using System.Globalization;
using Grpc.Net.Client;
using Pulumirpc;

namespace Scalelab.Policy.Tests.Support;

/// <summary>The pack as an engine starts it: a process that prints its port.</summary>
internal sealed class PackProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly GrpcChannel _channel;

    private PackProcess(Process process, int port)
    {
        _process = process;
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}");
        Client = new Analyzer.AnalyzerClient(_channel);
    }

    public Analyzer.AnalyzerClient Client { get; }

    public static async Task<PackProcess> StartAsync()
    {
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { Assembly(), "127.0.0.1:0" }, RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Deadline, TestContext.Current.CancellationToken);
        return new PackProcess(process, int.Parse(line!, CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Assembly() => Path.Combine(Repository.Root, "policy", "bin", Configuration(), "net10.0", "Policy.dll");

    // The pack is built beside the tests, in the same configuration.
    private static string Configuration() => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
}
