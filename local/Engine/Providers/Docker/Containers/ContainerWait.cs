using Docker.DotNet;
using Docker.DotNet.Models;
using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker.Containers;

/// <summary>Looks at a container that was started until it is what it should be.</summary>
internal sealed class ContainerWait(DockerClient client, ProviderContext context)
{
    private const string LogLines = "20";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    // A wrong command or setting shows within moments; what happens later is for 'restart' and for refresh.
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(1);

    /// <exception cref="ProviderException">It stops at once or does not get healthy; the message holds its last lines.</exception>
    public async Task UntilRunningAsync(Urn urn, string id, PropertyMap inputs, CancellationToken cancellationToken)
    {
        if (ContainerInputs.Flag(inputs, "attach"))
        {
            context.Status(urn, "waiting until the container ends");
            await client.Containers.WaitContainerAsync(id, cancellationToken);
            if (ContainerInputs.Flag(inputs, "logs"))
            {
                context.Log(DiagnosticSeverity.Info, await LogsAsync(id, "all", cancellationToken), urn);
            }
        }
        else if (ContainerInputs.Flag(inputs, "wait"))
        {
            context.Status(urn, "waiting until the container is healthy");
            await UntilAsync(id, TimeSpan.FromSeconds(ContainerInputs.Number(inputs, "waitTimeout", fallback: 60)), IsHealthy, cancellationToken);
        }
        else if (ContainerInputs.Flag(inputs, "mustRun", fallback: true))
        {
            context.Status(urn, "waiting until the container runs");
            await UntilAsync(id, SettlingTime, isDone: null, cancellationToken);
        }
    }

    private static bool IsHealthy(ContainerInspectResponse container) => container.State?.Health?.Status is { Length: > 0 } status and not "none"
        ? status == "healthy"
        : throw new ProviderException($"The container '{NameOf(container)}' has no health check to wait for. Give it a 'healthcheck', or leave 'wait' out.");

    private static string NameOf(ContainerInspectResponse container) => container.Name.TrimStart('/');

    // Without a condition: it has to run for as long.
    private async Task UntilAsync(string id, TimeSpan limit, Func<ContainerInspectResponse, bool>? isDone, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        while (true)
        {
            var found = await client.Containers.InspectContainerAsync(id, cancellationToken);
            if (found.State is { Running: false, Restarting: false } ended)
            {
                throw new ProviderException(
                    $"The container '{NameOf(found)}' started and ended with exit code {ended.ExitCode}. If it is one that ends, set 'mustRun' to false. Its last lines:{await LogsAsync(id, LogLines, cancellationToken)}");
            }

            if (isDone?.Invoke(found) == true)
            {
                return;
            }

            if (context.Time.GetElapsedTime(started) > limit)
            {
                if (isDone is null)
                {
                    return;
                }

                throw new ProviderException(
                    $"The container '{NameOf(found)}' is not healthy after {limit}; it is {found.State?.Health?.Status}. Give it longer with 'waitTimeout', or look at its health check. Its last lines:{await LogsAsync(id, LogLines, cancellationToken)}");
            }

            await Task.Delay(Pause, context.Time, cancellationToken);
        }
    }

    private async Task<string> LogsAsync(string id, string lines, CancellationToken cancellationToken)
    {
        using var stream = await client.Containers.GetContainerLogsAsync(id, new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Tail = lines }, cancellationToken);
        var (stdout, stderr) = await stream.ReadOutputToEndAsync(cancellationToken);
        return string.Concat((stdout + stderr).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{Environment.NewLine}    {line.TrimEnd()}"));
    }
}
