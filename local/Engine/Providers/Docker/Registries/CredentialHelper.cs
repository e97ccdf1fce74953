using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;

namespace Scalelab.Engine.Providers.Docker.Registries;

/// <summary>Asks a program that keeps Docker's credentials, <c>docker-credential-NAME get</c>: the server goes in, JSON comes out.</summary>
internal static class CredentialHelper
{
    // Helpers may have to ask the user to unlock a key store.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <returns>Null when the helper has none for the server.</returns>
    /// <exception cref="ProviderException">It cannot be run, or gives something else.</exception>
    public static async Task<AuthConfig?> GetAsync(string name, string server, string settings, ProviderContext context, CancellationToken cancellationToken)
    {
        var program = $"docker-credential-{name}";
        var start = new ProcessStartInfo(Find(program, context), ["get"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (variable, value) in context.Environment)
        {
            start.Environment[variable] = value;
        }

        using var timer = new CancellationTokenSource(Deadline, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            await TellAsync(process, server, either.Token);
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var error = process.StandardError.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0 ? Read(await output, server) : Refusal(await output + await error);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new ProviderException($"{settings} names {program} as the keeper of credentials for {server}, but it cannot be run: {e.Message} Install it, or remove it from that file.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProviderException($"{program} did not give the credentials for {server} within {Deadline}. Does it wait for an answer? Unlock its key store, or remove it from {settings}.", e);
        }
        finally
        {
            Stop(process);
        }

        AuthConfig? Refusal(string message) => message.Contains("credentials not found", StringComparison.OrdinalIgnoreCase)
            ? null
            : throw new ProviderException($"{program}, which {settings} names, fails to give the credentials for {server}: {message.Trim()}");

        AuthConfig Read(string text, string address)
        {
            try
            {
                var found = JsonNode.Parse(text)!;
                var (user, secret) = ((string?)found["Username"], (string?)found["Secret"]);
                // By this name helpers say that the secret is a token, not a password.
                return user == "<token>"
                    ? new AuthConfig { ServerAddress = address, IdentityToken = secret }
                    : new AuthConfig { ServerAddress = address, Username = user, Password = secret };
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                // What it printed may be a secret.
                throw new ProviderException($"{program} printed something other than a credential for {server}.", e);
            }
        }
    }

    private static async Task TellAsync(Process process, string server, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(server.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It answers without having been asked.
        }
    }

    // By the environment that the program sees, not by the engine's own.
    private static string Find(string program, ProviderContext context) => (context.Variable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => new[] { Path.Combine(folder, program), Path.Combine(folder, $"{program}.exe") })
        .FirstOrDefault(File.Exists) ?? program;

    private static void Stop(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It never started, or is over.
        }
    }
}
