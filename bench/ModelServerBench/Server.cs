using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;

namespace Scalelab.ModelServerBench;

/// <summary>A running contestant.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly Process _process;
    private readonly HttpClient _http;

    private Server(Contestant contestant, int port)
    {
        Address = new Uri($"http://127.0.0.1:{port}/predict");
        string Filled(string word) => word.Replace("{port}", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var start = new ProcessStartInfo(contestant.Command[0], contestant.Command[1..].Select(Filled)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in contestant.Environment)
        {
            start.Environment[name] = Filled(value);
        }

        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        _process = Process.Start(start)!;
        _ = _process.StandardOutput.ReadToEndAsync();
        _ = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Where pictures are sent to.</summary>
    public Uri Address { get; }

    /// <summary>From the start of the process to the first prediction.</summary>
    public TimeSpan ColdStart { get; private set; }

    /// <summary>What it said of the picture.</summary>
    public string Prediction { get; private set; } = "";

    public double Mebibytes => double.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024;

    /// <summary>Whether the machine has what it needs.</summary>
    public static async Task<bool> IsHereAsync(Contestant contestant)
    {
        if (contestant.Probe is null)
        {
            return true;
        }

        try
        {
            using var probe = Process.Start(new ProcessStartInfo(contestant.Probe[0], contestant.Probe[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            await probe.WaitForExitAsync().WaitAsync(Patience).ConfigureAwait(false);
            return probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No such command.
            return false;
        }
    }

    /// <summary>Starts one and sends it a picture until it answers.</summary>
    public static async Task<Server> StartAsync(Contestant contestant, string picture)
    {
        var bytes = await File.ReadAllBytesAsync(picture).ConfigureAwait(false);
        var begin = TimeProvider.System.GetTimestamp();
        var server = new Server(contestant, FreePort());
        // A request to nobody costs an exception, on the cores that the server starts on.
        while (!server.Listens() || !await server.AnswersAsync(bytes).ConfigureAwait(false))
        {
            if (server._process.HasExited || TimeProvider.System.GetElapsedTime(begin) > Patience)
            {
                throw new InvalidOperationException($"{contestant.Name} does not answer {server.Address}: {string.Join(' ', contestant.Command)}");
            }

            await Task.Delay(Pause, TimeProvider.System).ConfigureAwait(false);
        }

        server.ColdStart = TimeProvider.System.GetElapsedTime(begin);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Patience).ConfigureAwait(false);
        _process.Dispose();
    }

    private bool Listens() => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(endpoint => endpoint.Port == Address.Port);

    private async Task<bool> AnswersAsync(byte[] picture)
    {
        using var file = new ByteArrayContent(picture) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };
        using var form = new MultipartFormDataContent { { file, "file", "picture.jpg" } };
        try
        {
            using var response = await _http.PostAsync(Address, form).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                return false;
            }

            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync().ConfigureAwait(false));
            Prediction = string.Create(
                CultureInfo.InvariantCulture, $"{answer.RootElement.GetProperty("prediction").GetString()} {answer.RootElement.GetProperty("probability").GetDouble():0.000}");
            return true;
        }
        catch (HttpRequestException)
        {
            // Not listening yet.
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
