using System.Net;
using System.Net.Sockets;
using Scalelab.Cli.Commands;
using Scalelab.Cli.Output;

namespace Scalelab.Cli.Tests;

/// <summary>A project folder and a home folder of its own, and commands that run on them in this process.</summary>
internal sealed class TestLab : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scalelab-cli-");

    public TestLab()
    {
        Project = _folder.CreateSubdirectory("project").FullName;
        Home = new LabHome(Path.Combine(_folder.FullName, "home"));
        File.WriteAllText(Path.Combine(Project, "Pulumi.yaml"), "name: scalelab\nruntime: dotnet\nmain: infra\nstackConfigDir: stacks\n");
        Directory.CreateDirectory(Path.Combine(Project, "stacks"));
        File.WriteAllText(Path.Combine(Project, "stacks", "Pulumi.pod.yaml"), "config: {}\n");
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public string Project { get; }

    public LabHome Home { get; }

    /// <summary>What the environment says; nothing of the process's own gets through.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>What stands on standard input.</summary>
    public string Input { get; set; } = "";

    /// <summary>The file of the stack <c>pod</c>.</summary>
    public string StackFile => Path.Combine(Project, "stacks", "Pulumi.pod.yaml");

    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var terminal = new Terminal(output, error, Width: 80, IsInteractive: false, HasColor: false, HasErrorColor: false);
        var code = await LabCommandLine.RunAsync(args, new LabEnvironment(Project, Home.Folder, terminal, TimeProvider.System) { Variable = Variables.GetValueOrDefault, Input = new StringReader(Input) }, Cancellation);
        return (code, output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
    }

    public Task<(int Code, string Output, string Error)> StartAsync() => RunAsync("start", "--registry-port", "0", "--secure-port", "0");

    /// <summary>A port that nothing else gets while the socket lives.</summary>
    public static (Socket Socket, int Port) TakePort()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return (socket, ((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("stop");
        _folder.Delete(recursive: true);
    }
}
